//! A small plot of points over time: a column for each audit, from what is sure to what is possible.
//!
//! It shows a shape, not numbers; the table below it has the numbers.

use super::FAINT;
use super::ranking::light;
use probity_rules::method::Light;
use probity_rules::score::Points;

/// The rows of the plot.
const ROWS: u32 = 8;

/// The lines of a plot, the oldest audit left; where there is no room for all, the newest ones.
pub(crate) fn lines(points: &[(Points, Light)], width: usize) -> Vec<String> {
    let Some(most) = points.iter().map(|(points, _)| points.max).max().filter(|most| *most > 0) else {
        return Vec::new();
    };
    let label = most.to_string().len().max(2);
    let room = width.saturating_sub(label + 3).max(1);
    let shown = &points[points.len().saturating_sub(room)..];
    let mut lines = Vec::new();
    for row in (0..ROWS).rev() {
        let (floor, middle) = (most * row, most * row + most / 2);
        let name = match row {
            row if row == ROWS - 1 => most.to_string(),
            0 => "0".to_owned(),
            _ => String::new(),
        };
        let mut line = format!(" {FAINT}{name:>label$} ┤{FAINT:#}");
        for (points, _) in shown {
            // All in eighths of the greatest score.
            let (low, high) = (points.low * ROWS, points.high * ROWS);
            line.push(if low > middle {
                '█'
            } else if low > floor || low == 0 && row == 0 && points.high == 0 {
                '▄'
            } else if high > floor {
                '░'
            } else {
                ' '
            });
        }
        lines.push(line.trim_end().to_owned());
    }
    let mut lights = format!(" {:>label$}  ", "");
    for (_, one) in shown {
        let (word, style) = light(*one);
        let sign = word.chars().next().unwrap_or(' ');
        lights.push_str(&format!("{style}{sign}{style:#}"));
    }
    lines.push(lights);
    lines.push(format!(" {FAINT}{:>label$}  █ sure, ░ possible{FAINT:#}", ""));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_from_sure_to_possible() {
        let points = |low, high| Points { low, high, max: 80 };
        let all = [
            (points(80, 80), Light::Green),
            (points(40, 80), Light::Undecided),
            (points(25, 25), Light::Yellow),
            (points(0, 0), Light::Red),
        ];
        let text = lines(&all, 80).join("\n");
        let text = anstream::adapter::strip_str(&text).to_string();
        insta::assert_snapshot!(text, @r"
         80 ┤█░
            ┤█░
            ┤█░
            ┤█░
            ┤██
            ┤██▄
            ┤███
          0 ┤███▄
             ●○▲■
             █ sure, ░ possible
        ");
        assert!(lines(&all, 6).iter().all(|line| anstream::adapter::strip_str(line).to_string().chars().count() < 30));
        assert!(lines(&[], 80).is_empty());
    }
}
