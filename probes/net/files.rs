//! Open files, of which every connection is one: the limit is raised as far as the system lets us, and the door lives within it.
//!
//! The limit is the process's; the archive and the store need few beside the door.

/// Open files that are enough for every option of the door.
const ENOUGH: u64 = 16_384;

/// Open files for all else: questions to name servers, the archive, the store, the web page.
const OTHERS: u64 = 320;

/// Open files of one exchange: its own connection, and those that are kept open behind it for a while.
const EACH: u64 = 3;

/// Raises the limit and gives how many of the wanted exchanges may be in flight at once.
pub(super) fn exchanges(wanted: usize) -> usize {
    // A system that does not say has no such limit.
    rlimit::increase_nofile_limit(ENOUGH).map_or(wanted, |limit| within(limit, wanted))
}

fn within(limit: u64, wanted: usize) -> usize {
    let most = usize::try_from(limit.saturating_sub(OTHERS) / EACH).unwrap_or(usize::MAX);
    wanted.min(most.max(4)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_limit_lowers_what_is_in_flight() {
        assert_eq!(within(16_384, 256), 256);
        assert_eq!(within(1_024, 256), 234);
        assert_eq!(within(256, 256), 4, "slowly rather than not at all");
        assert_eq!(within(u64::MAX, 0), 1);
    }
}
