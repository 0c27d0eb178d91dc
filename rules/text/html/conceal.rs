//! What an inline style does to text: keeps it from view, brings it back into view, strikes it out.
//!
//! Values are read as CSS computes them, as far as one element can tell: the last valid declaration wins, an important one over
//! others. No style sheet is known, so what only a class hides is not noticed.

mod value;

use value::{argument, arguments, colour, hides, length, number};

/// What an inline style says of an element's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// The properties that count, in the order of their values.
const PROPERTIES: [&str; 31] = [
    "display",
    "visibility",
    "opacity",
    "position",
    "left",
    "right",
    "top",
    "bottom",
    "text-indent",
    "margin-left",
    "margin-top",
    "width",
    "height",
    "max-width",
    "max-height",
    "overflow",
    "overflow-x",
    "overflow-y",
    "clip",
    "clip-path",
    "transform",
    "scale",
    "translate",
    "font-size",
    "color",
    "background",
    "background-color",
    "text-decoration",
    "text-decoration-line",
    "content-visibility",
    "filter",
];

/// The declarations of a style.
#[derive(Default)]
struct Declared<'s> {
    values: [Option<&'s str>; PROPERTIES.len()],
    important: u32,
}

impl<'s> Declared<'s> {
    fn read(style: &'s str) -> Self {
        let mut declared = Self::default();
        for declaration in style.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let Some(at) = PROPERTIES.iter().position(|known| *known == name.trim()) else { continue };
            let (value, is_important) = match value.split_once('!') {
                Some((value, _)) => (value, true),
                None => (value, false),
            };
            if is_important || declared.important & (1 << at) == 0 {
                declared.values[at] = Some(value.trim());
                declared.important |= u32::from(is_important) << at;
            }
        }
        declared
    }

    fn get(&self, name: &str) -> Option<&'s str> {
        PROPERTIES.iter().position(|known| *known == name).and_then(|at| self.values[at])
    }

    fn is(&self, name: &str, values: &[&str]) -> bool {
        self.get(name).is_some_and(|value| values.contains(&value))
    }
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
            ..Self::default()
        };
        let mut set = |bit, is_hidden| *(if is_hidden { &mut read.veils } else { &mut read.lifts }) |= bit;
        if let Some(value) = declared.get("visibility") {
            set(veil::VISIBILITY, matches!(value, "hidden" | "collapse"));
        }
        if let Some((size, _)) = declared.get("font-size").and_then(length) {
            set(veil::SIZE, size < 0.1);
        }
        if let Some(front) = declared.get("color").and_then(colour) {
            let back = declared.get("background-color").or(declared.get("background")).and_then(colour);
            set(veil::COLOUR, hides(front, back));
        }
        read
    }
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
        "%" | "vw" | "vh" => size <= -100.0,
        "em" | "rem" | "ch" | "ex" => !(-25.0..300.0).contains(&size),
        _ => size <= -400.0 || size >= 5000.0,
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
    (is_placed && placed.iter().any(|name| declared.get(name).is_some_and(is_far)))
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
    first("inset").is_some_and(|(size, unit)| unit == "%" && size >= 49.0)
        || ["circle", "ellipse"].iter().any(|name| first(name).is_some_and(|(size, _)| size < 0.5))
        || argument(path, "polygon").is_some_and(|points| {
            let all = arguments(points);
            !all.is_empty() && all.iter().all(|point| point.is_some_and(|size| size.abs() < 0.5))
        })
}

fn is_shrunk(declared: &Declared) -> bool {
    let is_nothing = |value: &str| value.split([',', ' ']).any(|part| number(part.trim()).is_some_and(|by| by < 0.02));
    let transform = declared.get("transform").unwrap_or_default();
    declared.get("scale").is_some_and(is_nothing)
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
        ] {
            assert!(Style::of(style).is_gone, "{style}");
        }
        for (style, veil) in [
            ("visibility:hidden", veil::VISIBILITY),
            ("visibility:collapse", veil::VISIBILITY),
            ("font-size:0", veil::SIZE),
            ("font-size:0px", veil::SIZE),
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
        assert!(!Style::of("text-decoration:underline").is_struck);
    }
}
