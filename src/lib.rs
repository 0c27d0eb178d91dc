//! The application: commands, configuration, reports.

pub mod services;
