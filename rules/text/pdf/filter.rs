//! The codings of streams, undone within a budget.
//!
//! Pictures are not decoded: text does not need them. A stream that inflates beyond its share is an error for the whole
//! file, never a text cut short: what is missing must not look as if it were absent.

use super::Broken;
use super::file::File;
use super::object::{Dict, Object};
use std::cell::Cell;

/// The most bytes of one decoded stream.
const STREAM: usize = 16 << 20;
/// The most bytes of all decoded streams of a file.
const FILE: usize = 96 << 20;
/// The most codings one over the other.
const CHAIN: usize = 4;

/// What may still be decoded.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: Cell::new(FILE) }
    }
}

impl Budget {
    fn limit(&self) -> usize {
        self.left.get().min(STREAM)
    }

    fn spend(&self, bytes: usize) -> Result<(), Broken> {
        match self.left.get().checked_sub(bytes) {
            Some(left) if bytes <= STREAM => {
                self.left.set(left);
                Ok(())
            }
            _ => Err(Broken::Inflates),
        }
    }
}

/// Decodes a stream; none where it is coded in a way that holds no text, or is damaged.
pub(super) fn decode(file: &File, dict: &Dict, raw: &[u8], budget: &Budget) -> Result<Option<Vec<u8>>, Broken> {
    let get = |long: &[u8], short: &[u8]| file.get(dict, long).or_else(|| file.get(dict, short));
    let many = |object: Option<Object>| match object {
        Some(Object::Array(parts)) => parts.iter().map(|part| file.resolve(part)).collect(),
        Some(Object::Null) | None => Vec::new(),
        Some(other) => vec![other],
    };
    let filters: Vec<Object> = many(get(b"Filter", b"F"));
    let parameters: Vec<Object> = many(get(b"DecodeParms", b"DP"));
    if filters.len() > CHAIN {
        return Err(Broken::Inflates);
    }
    if filters.is_empty() {
        budget.spend(raw.len())?;
        return Ok(Some(raw.to_vec()));
    }
    let mut data: Option<Vec<u8>> = None;
    for (index, filter) in filters.iter().enumerate() {
        let input = data.as_deref().unwrap_or(raw);
        let limit = budget.limit();
        let output = match filter.name().unwrap_or_default() {
            b"FlateDecode" | b"Fl" => flate(input, limit)?,
            b"LZWDecode" | b"LZW" => {
                let early =
                    parameters.get(index).and_then(Object::dict).and_then(|dict| file.get(dict, b"EarlyChange"));
                lzw(input, limit, early.and_then(|early| early.count()) != Some(0))?
            }
            b"ASCII85Decode" | b"A85" => ascii85(input),
            b"ASCIIHexDecode" | b"AHx" => ascii_hex(input),
            b"RunLengthDecode" | b"RL" => run_length(input, limit)?,
            b"Crypt" => Some(input.to_vec()),
            _ => return Ok(None),
        };
        let Some(output) = output else { return Ok(None) };
        budget.spend(output.len())?;
        let predicted = match parameters.get(index).and_then(Object::dict) {
            Some(dict) => predict(file, dict, output),
            None => output,
        };
        data = Some(predicted);
    }
    Ok(data)
}

fn flate(input: &[u8], limit: usize) -> Result<Option<Vec<u8>>, Broken> {
    use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};
    let input = input.trim_ascii_start();
    match decompress_to_vec_zlib_with_limit(input, limit) {
        Ok(output) => Ok(Some(output)),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => Err(Broken::Inflates),
        // A wrong sum at the end takes nothing from the text.
        Err(error) if error.status == TINFLStatus::Adler32Mismatch => Ok(Some(error.output)),
        Err(error) if !error.output.is_empty() => Err(Broken::Damaged),
        Err(_) => match decompress_to_vec_with_limit(input, limit) {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.status == TINFLStatus::HasMoreOutput => Err(Broken::Inflates),
            Err(_) => Err(Broken::Damaged),
        },
    }
}

fn lzw(input: &[u8], limit: usize, early: bool) -> Result<Option<Vec<u8>>, Broken> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut output: Vec<u8> = Vec::new();
    // Each entry is a range of the output: what was written when it was made.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut bits, mut held, mut width) = (0_u32, 0_u32, 9_u32);
    let mut before: Option<(usize, usize)> = None;
    for &byte in input {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held) as usize & ((1 << width) - 1);
        bits &= (1 << held) - 1;
        if code == END {
            break;
        }
        if code == CLEAR {
            table.clear();
            (width, before) = (9, None);
            continue;
        }
        let start = output.len();
        if code < 256 {
            output.push(code as u8);
        } else if let Some(&(from, to)) = table.get(code - 258) {
            output.extend_from_within(from..to);
        } else if let Some((from, to)) = before.filter(|_| code - 258 == table.len()) {
            output.extend_from_within(from..to);
            output.push(output[from]);
        } else {
            return Err(Broken::Damaged);
        }
        if output.len() > limit {
            return Err(Broken::Inflates);
        }
        if let Some((from, to)) = before
            && table.len() < 4096 - 258
        {
            // The string before and the first byte of this one stand next to each other in the output.
            table.push((from, to + 1));
        }
        before = Some((start, output.len()));
        width = match table.len() + 258 + usize::from(early) {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Ok(Some(output))
}

fn ascii85(input: &[u8]) -> Option<Vec<u8>> {
    let mut output = Vec::with_capacity(input.len() * 4 / 5);
    let mut group: Vec<u32> = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u32>, output: &mut Vec<u8>| {
        let count = group.len();
        if count > 1 {
            group.resize(5, 84);
            let value = group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit));
            output.extend_from_slice(&value.to_be_bytes()[..count - 1]);
        }
        group.clear();
    };
    let input = input.strip_prefix(b"<~").unwrap_or(input);
    for &byte in input {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => output.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group.push(u32::from(byte - b'!'));
                if group.len() == 5 {
                    flush(&mut group, &mut output);
                }
            }
            _ => {}
        }
    }
    flush(&mut group, &mut output);
    Some(output)
}

fn ascii_hex(input: &[u8]) -> Option<Vec<u8>> {
    let mut lexer = super::object::Lexer::new(input, 0);
    let end = memchr::memchr(b'>', input).unwrap_or(input.len());
    let mut whole = Vec::with_capacity(end + 2);
    whole.push(b'<');
    whole.extend_from_slice(&input[..end]);
    whole.push(b'>');
    lexer.bytes = &whole;
    match lexer.token() {
        Some(super::object::Token::Text(text)) => Some(text),
        _ => None,
    }
}

fn run_length(input: &[u8], limit: usize) -> Result<Option<Vec<u8>>, Broken> {
    let mut output = Vec::new();
    let mut at = 0;
    while let Some(&length) = input.get(at) {
        at += 1;
        match length {
            128 => break,
            0..128 => {
                let end = (at + usize::from(length) + 1).min(input.len());
                output.extend_from_slice(&input[at..end]);
                at = end;
            }
            _ => {
                let Some(&byte) = input.get(at) else { break };
                output.resize(output.len() + 257 - usize::from(length), byte);
                at += 1;
            }
        }
        if output.len() > limit {
            return Err(Broken::Inflates);
        }
    }
    Ok(Some(output))
}

/// Undoes a predictor: rows that hold differences to the row above.
fn predict(file: &File, dict: &Dict, data: Vec<u8>) -> Vec<u8> {
    let get = |key: &[u8], default: usize| file.get(dict, key).and_then(|value| value.count()).unwrap_or(default);
    let predictor = get(b"Predictor", 1);
    let (colors, bits, columns) = (get(b"Colors", 1), get(b"BitsPerComponent", 8), get(b"Columns", 1));
    let row = colors.min(64).saturating_mul(bits.min(32)).saturating_mul(columns.min(1 << 24)).div_ceil(8).max(1);
    let pixel = (colors.min(64) * bits.min(32)).div_ceil(8).max(1);
    if predictor < 2 || predictor == 2 && bits != 8 {
        return data;
    }
    if predictor == 2 {
        let mut data = data;
        for row in data.chunks_mut(row) {
            for at in pixel..row.len() {
                row[at] = row[at].wrapping_add(row[at - pixel]);
            }
        }
        return data;
    }
    let mut output: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; row];
    for coded in data.chunks(row + 1) {
        let (kind, mut line) = (coded[0], coded[1..].to_vec());
        for at in 0..line.len() {
            let left = if at >= pixel { line[at - pixel] } else { 0 };
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let add = match kind {
                1 => left,
                2 => above[at],
                3 => (u16::from(left) + u16::from(above[at])).div_euclid(2) as u8,
                4 => paeth(left, above[at], corner),
                _ => 0,
            };
            line[at] = line[at].wrapping_add(add);
        }
        above[..line.len()].copy_from_slice(&line);
        output.extend_from_slice(&line);
    }
    output
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |value: u8| (guess - i16::from(value)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}
