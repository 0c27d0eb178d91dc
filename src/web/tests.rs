//! The pages as a browser asks for them, on a world that is made here, and broken on purpose.

mod door;
mod held;
mod hostile;
mod people;
mod shown;
mod world;
