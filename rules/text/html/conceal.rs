//! What an inline style does to text: keeps it from view, brings it back into view, strikes it out.
//!
//! Values are read as CSS computes them, as far as one element can tell: the last valid declaration wins, an important one over
//! others. No style sheet is known, so what only a class hides is not noticed.

mod declared;
mod value;

use declared::Declared;
pub(super) use value::Colour;
use value::{argument, arguments, colour, hides, length, number, pixels};

/// What an inline style says of an element's text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Style {
    /// Nothing of the element is seen, whatever its children say.
    pub(super) is_gone: bool,
    /// It has a `display` other than `none`, which wins over the attribute `hidden`.
    pub(super) is_displayed: bool,
    /// It is struck out.
    pub(super) is_struck: bool,
    /// Inherited properties by which it is not seen: bits of [`veil`].
    pub(super) veils: u8,
    /// Inherited properties by which it is seen, whatever is around it.
    pub(super) lifts: u8,
    /// It stands over its line, as footnote marks do.
    pub(super) is_raised: bool,
    /// The colour of its text, where it has one of its own.
    pub(super) front: Option<Colour>,
    /// What it paints behind its text; the inner is nothing where that is no plain colour.
    pub(super) back: Option<Option<Colour>>,
}

/// Inherited properties that hide text; a child can set them anew.
pub(super) mod veil {
    /// `visibility`.
    pub(in super::super) const VISIBILITY: u8 = 1;
    /// `font-size`.
    pub(in super::super) const SIZE: u8 = 1 << 1;
    /// `color`.
    pub(in super::super) const COLOUR: u8 = 1 << 2;
}

impl Style {
    /// Reads the value of an attribute `style`.
    pub(super) fn of(style: &str) -> Self {
        let plain = value::plain(style);
        let declared = Declared::read(&plain);
        let mut read = Self {
            is_gone: declared.is("display", &["none"])
                || declared.is("content-visibility", &["hidden"])
                || is_transparent(&declared)
                || is_off_screen(&declared)
                || is_clipped(&declared)
                || is_shrunk(&declared),
            is_displayed: declared.get("display").is_some_and(|value| value != "none"),
            is_struck: ["text-decoration", "text-decoration-line"]
                .iter()
                .any(|name| declared.get(name).is_some_and(|value| value.contains("line-through"))),
            is_raised: declared.is("vertical-align", &["super", "text-top"]),
            front: declared.get("text-fill").or(declared.get("color")).and_then(colour),
            back: declared.get("background-color").or(declared.get("background")).map(colour),
            ..Self::default()
        };
        let mut set = |bit, is_hidden| *(if is_hidden { &mut read.veils } else { &mut read.lifts }) |= bit;
        if let Some(value) = declared.get("visibility") {
            set(veil::VISIBILITY, matches!(value, "hidden" | "collapse"));
        }
        if let Some((size, unit)) = declared.get("font-size").and_then(length) {
            set(veil::SIZE, size < 0.1 || pixels(size, unit).is_some_and(|size| size < 1.5));
        }
        if read.front.is_some() || declared.get("color").is_some() {
            let is_hidden = read.front.is_some_and(|front| hides(front, read.back.flatten())) || is_one(&declared);
            set(veil::COLOUR, is_hidden);
        }
        read
    }

    /// Takes in the attributes that set colours before there were styles.
    pub(super) fn presented(mut self, front: Option<&str>, back: Option<&str>) -> Self {
        let read = |value: &str| colour(&value.to_ascii_lowercase());
        self.front = self.front.or(front.and_then(read));
        self.back = self.back.or(back.map(read));
        if front.is_some() && self.front.is_some_and(|front| hides(front, self.back.flatten())) {
            self.veils |= veil::COLOUR;
        }
        self
    }

    /// Takes in what is painted behind the element: text of that colour is not seen.
    pub(super) fn over(mut self, behind: Option<Colour>) -> Self {
        if self.back.is_none() && self.front.is_some_and(|front| hides(front, behind)) {
            self.veils |= veil::COLOUR;
            self.lifts &= !veil::COLOUR;
        }
        self
    }
}

/// Whether text and background are one colour by their very words, whatever notation that is.
fn is_one(declared: &Declared) -> bool {
    let plain =
        |name| declared.get(name).filter(|value| !matches!(*value, "inherit" | "initial" | "unset" | "currentcolor"));
    let back = plain("background-color").or(plain("background"));
    back.is_some() && plain("text-fill").or(plain("color")) == back
}

/// Under a twentieth nobody reads a text.
fn is_transparent(declared: &Declared) -> bool {
    let faint = |value: &str| number(value).is_some_and(|part| part < 0.05);
    let filtered = |value| argument(value, "opacity").is_some_and(faint);
    declared.get("opacity").is_some_and(faint) || declared.get("filter").is_some_and(filtered)
}

/// So far out that no screen shows it: in pixels, or in parts of what it stands in.
fn is_far(value: &str) -> bool {
    let value = argument(value, "calc").unwrap_or(value);
    length(value).is_some_and(|(size, unit)| match unit {
        "%" => size <= -100.0,
        "vw" | "vh" | "vmin" | "vmax" => size <= -100.0 || size >= 150.0,
        "em" | "rem" | "ch" | "ex" => !(-25.0..300.0).contains(&size),
        _ => !(-400.0..5000.0).contains(&pixels(size, unit).unwrap_or(size)),
    })
}

fn is_off_screen(declared: &Declared) -> bool {
    let is_placed = declared.is("position", &["absolute", "fixed", "relative"]);
    let placed = ["left", "right", "top", "bottom"];
    let moved = ["text-indent", "margin-left", "margin-top"];
    let translated = declared.get("transform").is_some_and(|value| {
        ["translate", "translatex", "translatey", "translate3d"]
            .iter()
            .any(|name| argument(value, name).is_some_and(|shift| shift.split(',').any(|part| is_far(part.trim()))))
    });
    let some = |name, is: fn(&str) -> bool| declared.get(name).is_some_and(|value| value.split_whitespace().any(is));
    let is_before = |value: &str| value.starts_with('-') && is_far(value);
    let insets = ["inset", "inset-inline", "inset-block"];
    (is_placed
        && (placed.iter().any(|name| declared.get(name).is_some_and(is_far))
            || insets.iter().any(|name| some(name, is_far))))
        || some("margin", is_before)
        || moved.iter().any(|name| declared.get(name).is_some_and(|value| is_far(value) && value.starts_with('-')))
        || declared.get("translate").is_some_and(|value| value.split_whitespace().any(is_far))
        || translated
}

fn is_clipped(declared: &Declared) -> bool {
    let is_cut = ["overflow", "overflow-x", "overflow-y"]
        .iter()
        .any(|name| declared.get(name).is_some_and(|value| value.contains("hidden") || value.contains("clip")));
    let is_tiny = |(size, unit): (f64, &str)| (0.0..=if unit == "px" { 2.0 } else { 0.0 }).contains(&size);
    let measured = ["width", "height", "max-width", "max-height"];
    if is_cut && measured.iter().any(|name| declared.get(name).and_then(length).is_some_and(is_tiny)) {
        return true;
    }
    let is_placed = declared.is("position", &["absolute", "fixed"]);
    let rect = declared.get("clip").filter(|_| is_placed).and_then(|value| argument(value, "rect"));
    if let Some(rect) = rect
        && let [Some(top), Some(right), Some(bottom), Some(left)] = *arguments(rect)
    {
        return right - left <= 2.0 || bottom - top <= 2.0;
    }
    let path = declared.get("clip-path").unwrap_or_default();
    let first = |name| argument(path, name).and_then(|inner| inner.split_whitespace().next()).and_then(length);
    is_inset_away(path)
        || argument(path, "xywh").is_some_and(|inner| matches!(*arguments(inner), [_, _, Some(size), ..] | [_, _, _, Some(size)] if size <= 2.0))
        || argument(path, "rect").is_some_and(|inner| {
            matches!(*arguments(inner), [Some(top), Some(right), Some(bottom), Some(left)] if right - left <= 2.0 || bottom - top <= 2.0)
        })
        || ["circle", "ellipse"].iter().any(|name| first(name).is_some_and(|(size, _)| size < 0.5))
        || argument(path, "polygon").is_some_and(|points| {
            let all = arguments(points);
            !all.is_empty() && all.iter().all(|point| point.is_some_and(|size| size.abs() < 0.5))
        })
}

/// Whether an `inset` of a clip path leaves nothing between two sides that lie opposite.
fn is_inset_away(path: &str) -> bool {
    let Some(inner) = argument(path, "inset") else { return false };
    let sides = inner.split("round").next().unwrap_or_default().split_whitespace();
    let parts: Vec<f64> = sides
        .map(|side| length(side).filter(|(size, unit)| *unit == "%" || *size == 0.0).map_or(0.0, |(size, _)| size))
        .collect();
    let (high, wide) = match *parts {
        [all] => (2.0 * all, 2.0 * all),
        [high, wide] => (2.0 * high, 2.0 * wide),
        [top, wide, bottom] => (top + bottom, 2.0 * wide),
        [top, right, bottom, left] => (top + bottom, right + left),
        _ => return false,
    };
    high >= 98.0 || wide >= 98.0
}

fn is_shrunk(declared: &Declared) -> bool {
    let is_nothing = |value: &str| value.split([',', ' ']).any(|part| number(part.trim()).is_some_and(|by| by < 0.02));
    let transform = declared.get("transform").unwrap_or_default();
    let is_edge = |name| {
        argument(transform, name).and_then(length).is_some_and(|(turn, unit)| {
            let quarters = turn / if unit == "turn" { 0.25 } else { 90.0 };
            (quarters.rem_euclid(2.0) - 1.0).abs() < 0.01
        })
    };
    let is_flat = argument(transform, "matrix").is_some_and(
        |inner| matches!(*arguments(inner), [Some(a), Some(b), Some(c), Some(d), ..] if (a * d - b * c).abs() < 0.0004),
    );
    is_flat
        || ["rotatex", "rotatey"].into_iter().any(is_edge)
        || declared.get("zoom").is_some_and(is_nothing)
        || declared.get("scale").is_some_and(is_nothing)
        || ["scale", "scalex", "scaley", "scale3d"].iter().any(|name| argument(transform, name).is_some_and(is_nothing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide() {
        for style in [
            "color:red; DISPLAY : none !important",
            "display:none!important;display:block",
            "dis/**/play:block;display:/* no */none",
            "d\\69splay:none",
            "content-visibility:hidden",
            "opacity: 0",
            "opacity:.0",
            "opacity:0%",
            "filter:opacity(0)",
            "position:absolute;left:-9999px",
            "position: fixed; top: -100vh",
            "position:absolute;left:calc(-9999px)",
            "text-indent:-9999px",
            "margin-left:-5000px",
            "transform:translateX(-9999px)",
            "transform: scale(0)",
            "scale:0",
            "overflow:hidden;height:0",
            "max-height:0;overflow:hidden",
            "width:1px;height:1px;overflow:hidden",
            "position:absolute;clip:rect(0 0 0 0)",
            "position:absolute;clip:rect(1px,1px,1px,1px)",
            "clip-path:inset(50%)",
            "clip-path: circle(0)",
            "clip-path:polygon(0 0,0 0,0 0,0 0)",
            "clip-path:inset(0 100% 0 0)",
            "clip-path:rect(0 0 0 0)",
            "clip-path:xywh(0 0 0 0)",
            "-webkit-clip-path:circle(0)",
            "zoom:0",
            "transform:rotateX(90deg)",
            "-webkit-transform:rotateY(.25turn)",
            "transform:matrix(0,0,0,0,0,0)",
            "position:absolute;left:200vw",
            "position:absolute;left:-99in",
            "position:absolute;inset:-9999px auto auto -9999px",
            "position:fixed;inset-inline-start:-5000px",
            "margin:-9999px 0 0 0",
            "overflow:hidden;block-size:0",
            "max-inline-size:0;overflow:clip",
        ] {
            assert!(Style::of(style).is_gone, "{style}");
        }
        for (style, veil) in [
            ("visibility:hidden", veil::VISIBILITY),
            ("visibility:collapse", veil::VISIBILITY),
            ("font-size:0", veil::SIZE),
            ("font-size:0px", veil::SIZE),
            ("font-size:1px", veil::SIZE),
            ("font-size:.5pt", veil::SIZE),
            ("-webkit-text-fill-color:transparent;color:#000", veil::COLOUR),
            ("color:hsl(0 0% 100%);background:#fff", veil::COLOUR),
            ("background:hsl(210, 50%, 40%);color:hsl(210, 50%, 40%)", veil::COLOUR),
            ("background:ivory;color:ivory", veil::COLOUR),
            ("color:oklch(1 0 0);background:oklch(1 0 0)", veil::COLOUR),
            ("color:transparent", veil::COLOUR),
            ("color:rgba(0,0,0,0)", veil::COLOUR),
            ("color:#00000000", veil::COLOUR),
            ("color:#fff;background:white", veil::COLOUR),
            ("background-color:rgb(254,254,254);color:#ffffff", veil::COLOUR),
        ] {
            assert_eq!(Style::of(style).veils, veil, "{style}");
        }
    }

    #[test]
    fn styles_that_do_not() {
        for style in [
            "overflow:hidden; display:block",
            "display:none;display:block",
            "opacity:0.8",
            "height:0",
            "position:absolute;left:-20px",
            "position:relative;top:10px",
            "left:-9999px",
            "clip:rect(0,0,0,0)",
            "clip-path:inset(5%)",
            "transform:translateY(20px) scale(1)",
            "transform:scale(0.95)",
            "max-height:400px;overflow:hidden",
            "color:#fff;background:#000",
            "color:white",
            "font-size:12px;visibility:visible",
            "color:#333;background:url(a.png) #333",
            "text-indent:2em",
            "transform:rotateX(180deg)",
            "transform:matrix(1,0,0,1,10,20)",
            "margin:-10px 0",
            "position:absolute;inset:0",
            "zoom:1.2",
            "clip-path:inset(0 40% 0 0)",
            "color:hsl(0 0% 20%);background:#fff",
            "color:inherit;background:inherit",
            "font-size:.8em",
            "",
            ";;:;",
        ] {
            let read = Style::of(style);
            assert!(!read.is_gone && read.veils == 0 && !read.is_struck, "{style}: {read:?}");
        }
    }

    #[test]
    fn styles_that_strike_out() {
        assert!(Style::of("text-decoration: line-through").is_struck);
        assert!(Style::of("text-decoration-line:underline line-through").is_struck);
        assert!(Style::of("-webkit-text-decoration:line-through").is_struck);
        assert!(!Style::of("text-decoration:underline").is_struck);
    }
}
