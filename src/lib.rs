//! The application: commands, configuration, reports.
