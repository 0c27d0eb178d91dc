//! A table of cells in columns, fitted to a width: columns that may shrink wrap their words, the others keep theirs.
//!
//! It draws no lines between cells: space and weight are enough, and what is copied out of it stays clean.

use super::HEADING;
use crate::base::plain::plain;
use anstyle::Style;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Space between two columns.
const GAP: usize = 2;

/// The least width of a column that may shrink.
const LEAST: usize = 14;

/// One cell: a text in a style.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell in a style. Text from outside is made harmless here.
    pub(crate) fn new(text: impl AsRef<str>, style: Style) -> Self {
        Self { text: plain(text.as_ref()).into_owned(), style }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Style::new())
    }
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column<'t> {
    /// Its heading.
    pub(crate) title: &'t str,
    /// Whether it stands at the right edge (numbers).
    pub(crate) right: bool,
    /// Whether it gives way where the width does not suffice.
    pub(crate) shrinks: bool,
    /// The most lines of a cell; what does not fit ends in an ellipsis.
    pub(crate) lines: usize,
}

impl<'t> Column<'t> {
    /// A column of words that keep their width.
    pub(crate) const fn words(title: &'t str) -> Self {
        Self { title, right: false, shrinks: false, lines: usize::MAX }
    }

    /// A column of numbers.
    pub(crate) const fn numbers(title: &'t str) -> Self {
        Self { title, right: true, shrinks: false, lines: usize::MAX }
    }

    /// A column of text that wraps.
    pub(crate) const fn text(title: &'t str) -> Self {
        Self { title, right: false, shrinks: true, lines: usize::MAX }
    }

    /// A column of text that wraps and is cut after two lines.
    pub(crate) const fn brief(title: &'t str) -> Self {
        Self { lines: 2, ..Self::text(title) }
    }
}

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Grid<'t> {
    columns: Vec<Column<'t>>,
    rows: Vec<Vec<Cell>>,
    indent: usize,
}

impl<'t> Grid<'t> {
    /// A table without rows. Headings are left out where all titles are empty.
    pub(crate) fn new(columns: impl Into<Vec<Column<'t>>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new(), indent: 1 }
    }

    /// Adds a row; cells that are missing are empty.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        let mut cells = cells.into();
        cells.resize(self.columns.len(), Cell::default());
        self.rows.push(cells);
    }

    /// Whether it has no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes it, no wider than `width` where words allow it.
    pub(crate) fn write(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let widths = self.widths(width);
        if self.columns.iter().any(|column| !column.title.is_empty()) {
            let titles: Vec<_> = self.columns.iter().map(|column| Cell::new(column.title, HEADING)).collect();
            self.write_row(out, &titles, &widths)?;
        }
        self.rows.iter().try_for_each(|row| self.write_row(out, row, &widths))
    }

    fn widths(&self, width: usize) -> Vec<usize> {
        let natural = |index: usize, column: &Column<'_>| {
            self.rows.iter().map(|row| row[index].text.width()).chain([column.title.width()]).max().unwrap_or(0)
        };
        let mut widths: Vec<_> =
            self.columns.iter().enumerate().map(|(index, column)| natural(index, column)).collect();
        let spent = self.indent + GAP * self.columns.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + spent > width {
            // The widest column that may shrink gives way, so that short ones keep their words.
            let widest = (0..widths.len())
                .filter(|&at| self.columns[at].shrinks && widths[at] > LEAST)
                .max_by_key(|&at| widths[at]);
            match widest {
                Some(at) => widths[at] -= 1,
                None => break,
            }
        }
        widths
    }

    fn write_row(&self, out: &mut dyn Write, row: &[Cell], widths: &[usize]) -> io::Result<()> {
        let cells = row.iter().zip(widths).zip(&self.columns);
        let wrapped: Vec<_> =
            cells.map(|((cell, &width), column)| cut(wrap(&cell.text, width), column, width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            // Blanks are held back until a text follows, so that no line ends in them.
            let mut blanks = self.indent;
            for (index, column) in self.columns.iter().enumerate() {
                let text = wrapped[index].get(line).map_or("", String::as_str);
                let rest = widths[index].saturating_sub(text.width());
                if text.is_empty() {
                    blanks += rest + GAP;
                    continue;
                }
                let style = row[index].style;
                let before = if column.right { rest } else { 0 };
                write!(out, "{:1$}{style}{text}{style:#}", "", blanks + before)?;
                blanks = rest - before + GAP;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The lines that a column shows.
fn cut(mut lines: Vec<String>, column: &Column<'_>, width: usize) -> Vec<String> {
    if lines.len() > column.lines {
        lines.truncate(column.lines);
        if let Some(last) = lines.last_mut() {
            while last.width() >= width && last.pop().is_some() {}
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    lines
}

/// Words in lines of at most `width` columns; a longer word is cut.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        while word.width() > width {
            let cut = cut_at(word, width);
            lines.push(word[..cut].to_owned());
            word = &word[cut..];
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The byte offset after as many letters as fit, at least one; after a hyphen or a slash, where that is not too early.
fn cut_at(word: &str, width: usize) -> usize {
    let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let fits = ends.take_while(|end| word[..*end].width() <= width).last();
    let end = fits.unwrap_or_else(|| word.chars().next().map_or(word.len(), char::len_utf8));
    let natural = word[..end].rfind(['-', '/']).map(|at| at + 1);
    natural.filter(|natural| natural * 3 > end).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(grid: &Grid<'_>, width: usize) -> String {
        let mut out = Vec::new();
        grid.write(&mut out, width).expect("a vector takes everything");
        anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string()
    }

    fn example() -> Grid<'static> {
        let mut grid = Grid::new([Column::words("service"), Column::numbers("points"), Column::text("because")]);
        grid.row([
            "Zoom".into(),
            "121".into(),
            "the seat of the operator is in a country without an adequacy decision".into(),
        ]);
        grid.row(["会議".into(), "9".into(), "".into()]);
        grid
    }

    #[test]
    fn wide_and_narrow() {
        assert_eq!(
            written(&example(), 100),
            " service  points  because\n Zoom        121  the seat of the operator is in a country without an adequacy \
             decision\n 会議          9\n"
        );
        let narrow = written(&example(), 40);
        assert!(narrow.lines().all(|line| line.width() <= 40), "{narrow}");
        assert!(narrow.lines().all(|line| line.trim_end() == line), "{narrow}");
    }

    #[test]
    fn a_brief_cell_ends_in_an_ellipsis() {
        let mut grid = Grid::new([Column::brief("why")]);
        grid.row(["one two three four five six seven eight nine ten eleven twelve thirteen fourteen".into()]);
        assert_eq!(written(&grid, 30), " why\n one two three four five six\n seven eight nine ten eleven…\n");
    }

    proptest! {
        #[test]
        fn wrapping_loses_no_letter_and_keeps_the_width(text in "\\PC{0,80}", width in 2usize..40) {
            let lines = wrap(&text, width);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            prop_assert!(lines.iter().all(|line| line.width() <= width || line.chars().count() == 1), "{:?}", lines);
        }
    }
}
