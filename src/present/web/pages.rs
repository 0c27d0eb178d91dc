//! One file a page: it reads what was asked, takes a view, and gives it to a template.

pub(crate) mod account;
pub(crate) mod archive;
pub(crate) mod board;
pub(crate) mod compare;
pub(crate) mod document;
#[cfg(feature = "openid-connect")]
pub(crate) mod openid;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod service;
