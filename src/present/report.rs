//! Reports: what audits found, in forms that go into a file, onto a page or into another program.
//!
//! It reads results and judges nothing. What lights and scores look like is here, too, for every page that shows them.

pub(crate) mod atom;
pub(crate) mod badge;
pub(crate) mod bar;
pub(crate) mod build;
pub(crate) mod context;
pub(crate) mod csv;
pub(crate) mod html;
pub(crate) mod light;
pub(crate) mod markdown;
pub(crate) mod model;
pub(crate) mod oscal;
pub(crate) mod pdf;
pub(crate) mod prose;
pub(crate) mod site;
