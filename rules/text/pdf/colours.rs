//! Spaces of colours, as far as they tell white from what is seen on it.
//!
//! No profile is read: numbers of a space that has one are taken for plain ones. Inks of a name are only known where there is none.

use super::file::File;
use super::object::Object;

/// Red, green, blue from 0 to 1.
pub(super) type Colour = [f64; 3];

const WHITE: Colour = [1.0; 3];
/// The longest table of colours.
const TABLE: usize = 256;

/// What numbers of a colour mean.
#[derive(Clone, Debug)]
pub(super) enum Space {
    /// Grey, RGB or CMYK by their number.
    Plain,
    /// Parts of inks: without any the paper is seen.
    Inks,
    /// An ink that is never printed.
    Nothing,
    /// Lightness and two shades.
    Lab,
    /// Places in a table.
    Table(Vec<Colour>),
    /// Patterns and what is not known.
    Unknown,
}

/// Grey, RGB or CMYK by the number of the parts.
pub(super) fn plain(parts: &[f64]) -> Option<Colour> {
    match *parts {
        [grey] => Some([grey; 3]),
        [red, green, blue] => Some([red, green, blue]),
        [cyan, magenta, yellow, black] => Some([cyan, magenta, yellow].map(|part| (1.0 - part) * (1.0 - black))),
        _ => None,
    }
}

/// The numbers among operands.
pub(super) fn numbers(operands: &[Object]) -> Vec<f64> {
    operands.iter().filter_map(Object::number).collect()
}

impl Space {
    /// Reads what stands under a name, or the name of one that all files know.
    pub(super) fn read(file: &File, space: &Object) -> Self {
        let space = file.resolve(space);
        let parts = match &space {
            Object::Array(parts) => parts.as_slice(),
            name => std::slice::from_ref(name),
        };
        let name = |at: usize| parts.get(at).map(|part| file.resolve(part));
        let first = name(0);
        match first.as_ref().and_then(Object::name) {
            Some(b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"CalGray" | b"CalRGB" | b"ICCBased") => Self::Plain,
            Some(b"Separation") if name(1).as_ref().and_then(Object::name) == Some(b"None") => Self::Nothing,
            Some(b"Separation" | b"DeviceN") => Self::Inks,
            Some(b"Lab") => Self::Lab,
            Some(b"Indexed" | b"I") => Self::table(file, parts).unwrap_or(Self::Unknown),
            _ => Self::Unknown,
        }
    }

    fn table(file: &File, parts: &[Object]) -> Option<Self> {
        let [_, base, _, table] = parts else { return None };
        let base = file.resolve(base);
        let name = base.name().or_else(|| base.array()?.first()?.name())?;
        let wide = match name {
            b"DeviceGray" | b"CalGray" => 1,
            b"DeviceRGB" | b"CalRGB" => 3,
            b"DeviceCMYK" => 4,
            b"ICCBased" => {
                let profile = file.resolve(base.array()?.get(1)?);
                file.get(profile.dict()?, b"N")?.count()?
            }
            _ => return None,
        };
        let bytes = match file.resolve(table) {
            Object::Text(bytes) => bytes.to_vec(),
            _ => file.stream(table).ok()??.1.to_vec(),
        };
        let entry = |bytes: &[u8]| plain(&bytes.iter().map(|byte| f64::from(*byte) / 255.0).collect::<Vec<_>>());
        Some(Self::Table(bytes.chunks_exact(wide.clamp(1, 4)).take(TABLE).map_while(entry).collect()))
    }

    /// The colour of some operands; nothing where it is not known.
    pub(super) fn colour(&self, operands: &[Object]) -> Option<Colour> {
        let parts = numbers(operands);
        match self {
            Self::Plain => plain(&parts),
            Self::Nothing => Some(WHITE),
            Self::Inks => (!parts.is_empty() && parts.iter().all(|part| *part < 0.02)).then_some(WHITE),
            Self::Lab => match *parts {
                [light, one, other] if light > 98.0 && one.abs().max(other.abs()) < 3.0 => Some(WHITE),
                _ => None,
            },
            Self::Table(table) => table.get(*parts.first()? as usize).copied(),
            Self::Unknown => None,
        }
    }

    /// The colour that holds until another one is set.
    pub(super) fn first(&self) -> Option<Colour> {
        match self {
            Self::Plain => Some([0.0; 3]),
            Self::Nothing => Some(WHITE),
            Self::Table(table) => table.first().copied(),
            _ => None,
        }
    }
}
