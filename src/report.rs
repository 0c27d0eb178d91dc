//! Reports: what audits found, in forms that go into a file, onto a page or into another program.
//!
//! It reads results and judges nothing. What lights and scores look like is here, too, for every page that shows them.
#![expect(dead_code, reason = "the forms of reports that use these pieces follow")]

pub(crate) mod bar;
pub(crate) mod light;
