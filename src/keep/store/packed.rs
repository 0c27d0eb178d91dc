//! JSON of tens of kB as a column holds it: deflated, in letters, which takes a quarter of the room.
//!
//! A column may hold either form: what begins with the mark is packed, everything else is JSON as it is written.

use super::error::StoreError;
use data_encoding::BASE64;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::{Read as _, Write as _};

/// No JSON begins with it.
const MARK: char = '~';
/// What is shorter stays plain: there is little to win.
const LEAST: usize = 1 << 10;
/// No column of ours unpacks to more.
const MOST: u64 = 1 << 28;

/// Packs JSON, if that makes it shorter.
pub(crate) fn pack(json: String) -> String {
    if json.len() < LEAST {
        return json;
    }
    let mut packer = ZlibEncoder::new(Vec::with_capacity(json.len() / 4), Compression::fast());
    // Memory takes everything; were it not so, the plain form is as good.
    match packer.write_all(json.as_bytes()).and_then(|()| packer.finish()) {
        Ok(bytes) if bytes.len() < json.len() / 2 => format!("{MARK}{}", BASE64.encode(&bytes)),
        Ok(_) | Err(_) => json,
    }
}

/// The JSON in what a column holds.
pub(crate) fn unpack(held: String) -> Result<String, StoreError> {
    let Some(packed) = held.strip_prefix(MARK) else { return Ok(held) };
    let bytes = BASE64.decode(packed.as_bytes()).map_err(StoreError::broken)?;
    let mut json = String::new();
    let mut unpacker = ZlibDecoder::new(&bytes[..]).take(MOST);
    unpacker.read_to_string(&mut json).map_err(StoreError::broken)?;
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_repeats_itself_takes_little_room_and_what_is_short_stays() {
        let long = format!("[{}]", vec![r#"{"record":"sha256:aa","url":"https://a.example/p"}"#; 200].join(","));
        let packed = pack(long.clone());
        assert!(packed.len() * 10 < long.len() && packed.starts_with(MARK), "{}", packed.len());
        assert_eq!(unpack(packed).expect("JSON"), long);
        assert_eq!(pack("{}".to_owned()), "{}");
        assert_eq!(unpack("{}".to_owned()).expect("JSON"), "{}");
    }

    #[test]
    fn what_was_damaged_is_said() {
        let packed = pack(format!("[{}]", vec!["1"; 4000].join(",")));
        for damaged in [packed[..packed.len() / 2].to_owned(), packed.replacen('A', "B", 1), format!("{MARK}ä")] {
            if damaged != packed {
                assert!(unpack(damaged).is_err());
            }
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[\\[{\"n0-9][^\u{0}]{0,3000}") {
            prop_assert_eq!(unpack(pack(text.clone())).expect("JSON"), text);
        }
    }
}
