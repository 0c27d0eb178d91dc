//! Sites as they are: declared pages, pages found in the footer, split policies, walls, wrong languages, dead links.

mod declared;
mod discovery;
mod elsewhere;
mod listed;
mod second;
mod world;
