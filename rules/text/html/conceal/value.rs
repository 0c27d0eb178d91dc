//! Values of CSS, as far as they tell whether text is seen: lengths, numbers, colours, arguments of functions.
//!
//! Syntax by CSS Syntax 3 (escapes, comments) and CSS Color 4 (the forms of colours); units are not converted.

use std::borrow::Cow;

/// A style in lower case, without comments and escapes.
pub(super) fn plain(style: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| !byte.is_ascii_uppercase() && byte != b'\\' && byte != b'*';
    if style.bytes().all(is_plain) {
        return Cow::Borrowed(style);
    }
    let mut out = String::with_capacity(style.len());
    let mut rest = style;
    while let Some(at) = rest.find(['/', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.find("*/").map_or("", |end| &comment[end + 2..]);
        } else if let Some(escape) = rest.strip_prefix('\\') {
            let digits = escape.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
            let letter = u32::from_str_radix(&escape[..digits], 16).ok().and_then(char::from_u32);
            out.extend(letter);
            rest = &escape[digits..];
            if digits > 0 {
                rest = rest.strip_prefix(' ').unwrap_or(rest);
            }
        } else {
            out.push('/');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out.make_ascii_lowercase();
    Cow::Owned(out)
}

/// A length with its unit; nothing for words, sums and what is none.
pub(super) fn length(value: &str) -> Option<(f64, &str)> {
    let value = value.trim();
    let end = value.find(|letter: char| !(letter.is_ascii_digit() || "+-.".contains(letter))).unwrap_or(value.len());
    let (figures, unit) = value.split_at(end);
    unit.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'%').then_some(())?;
    Some((figures.parse().ok()?, unit))
}

/// A length of a fixed unit in pixels.
pub(super) fn pixels(size: f64, unit: &str) -> Option<f64> {
    let pixels = match unit {
        "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 9.6 / 2.54,
        "q" => 2.4 / 2.54,
        _ => return None,
    };
    Some(size * pixels)
}

/// A number, or a part in hundreds.
pub(super) fn number(value: &str) -> Option<f64> {
    match length(value)? {
        (number, "") => Some(number),
        (number, "%") => Some(number / 100.0),
        _ => None,
    }
}

/// What stands in the brackets of a function.
pub(super) fn argument<'v>(value: &'v str, function: &str) -> Option<&'v str> {
    let start = value.match_indices(function).find_map(|(at, _)| {
        let is_whole = !value[..at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '-');
        let after = at + function.len();
        (is_whole && value[after..].starts_with('(')).then_some(after + 1)
    })?;
    let inner = &value[start..];
    Some(inner[..inner.find(')').unwrap_or(inner.len())].trim())
}

/// All arguments as lengths, without their units.
pub(super) fn arguments(inner: &str) -> Vec<Option<f64>> {
    let parts = inner.split(|letter: char| letter == ',' || letter.is_whitespace()).filter(|part| !part.is_empty());
    parts.take(64).map(|part| length(part).map(|(size, _)| size)).collect()
}

/// A colour: red, green, blue from 0 to 255, and how much of it covers, from 0 to 1.
pub(in super::super) type Colour = [f64; 4];

/// Reads a colour. Few names are known.
pub(in super::super) fn colour(value: &str) -> Option<Colour> {
    let value = value.trim();
    let opaque = |level: f64| Some([level, level, level, 1.0]);
    match value {
        "transparent" => return Some([0.0; 4]),
        "white" => return opaque(255.0),
        "black" => return opaque(0.0),
        "whitesmoke" => return opaque(245.0),
        "gray" | "grey" => return opaque(128.0),
        "silver" => return opaque(192.0),
        "red" => return Some([255.0, 0.0, 0.0, 1.0]),
        "blue" => return Some([0.0, 0.0, 255.0, 1.0]),
        "yellow" => return Some([255.0, 255.0, 0.0, 1.0]),
        _ => {}
    }
    if let Some(figures) = value.strip_prefix('#') {
        let digits: Option<Vec<f64>> =
            figures.chars().map(|figure| figure.to_digit(16).map(f64::from)).take(9).collect();
        let digits = digits?;
        let parts: Vec<f64> = match digits.len() {
            3 | 4 => digits.iter().map(|digit| digit * 17.0).collect(),
            6 | 8 => digits.chunks(2).map(|pair| pair[0] * 16.0 + pair[1]).collect(),
            _ => return None,
        };
        return Some([parts[0], parts[1], parts[2], parts.get(3).map_or(1.0, |cover| cover / 255.0)]);
    }
    let is_hue = value.starts_with("hsl");
    let inner = ["rgba", "rgb", "hsla", "hsl"].iter().find_map(|name| argument(value, name))?;
    let parts: Vec<&str> = inner
        .split(|letter: char| matches!(letter, ',' | '/') || letter.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    let cover = parts.get(3).map_or(Some(1.0), |part| number(part))?;
    if is_hue {
        let (hue, _) = length(parts.first()?)?;
        let [red, green, blue] = of_hue(hue, number(parts.get(1)?)?, number(parts.get(2)?)?);
        return Some([red, green, blue, cover]);
    }
    let level = |part: &&str| length(part).map(|(size, unit)| if unit == "%" { size * 2.55 } else { size });
    Some([level(parts.first()?)?, level(parts.get(1)?)?, level(parts.get(2)?)?, cover])
}

/// Red, green and blue of a hue in degrees; parts in hundreds may have lost their sign.
fn of_hue(hue: f64, saturation: f64, lightness: f64) -> [f64; 3] {
    let part = |value: f64| if value > 1.0 { value / 100.0 } else { value };
    let (saturation, lightness) = (part(saturation), part(lightness));
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|shift| {
        let twelfth = (shift + hue / 30.0).rem_euclid(12.0);
        255.0 * (lightness - reach * (twelfth - 3.0).min(9.0 - twelfth).clamp(-1.0, 1.0))
    })
}

/// Whether text in one colour cannot be told from what is behind it.
pub(super) fn hides(front: Colour, back: Option<Colour>) -> bool {
    let is_same = |back: [f64; 4]| back[3] > 0.9 && (0..3).all(|part| (front[part] - back[part]).abs() <= 6.0);
    front[3] < 0.05 || back.is_some_and(is_same)
}
