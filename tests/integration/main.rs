//! The integration tests: one binary, one file or folder for each part of what users touch.

mod contributing;
mod formats;
