//! Matrices of a page: how places, turns and sizes are worked out.

use super::object::Object;
use super::paint::Area;

/// Six numbers that move, turn and stretch.
pub(super) type Matrix = [f64; 6];
/// What changes nothing.
pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `first`, then `second`.
pub(super) fn times(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [p, q, r, s, t, u] = second;
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]
}

/// A step to the right and upwards.
pub(super) fn step(right: f64, up: f64) -> Matrix {
    [1.0, 0.0, 0.0, 1.0, right, up]
}

/// Where a point stands on the page.
pub(super) fn place(matrix: Matrix, (x, y): (f64, f64)) -> (f64, f64) {
    let [a, b, c, d, e, f] = matrix;
    (a * x + c * y + e, b * x + d * y + f)
}

/// The area of a picture: the unit square.
pub(super) fn unit(matrix: Matrix) -> Area {
    bounds(matrix, [0.0, 0.0, 1.0, 1.0])
}

/// The upright area around one that a matrix may turn.
pub(super) fn bounds(matrix: Matrix, [left, bottom, right, top]: Area) -> Area {
    let corners = [(left, bottom), (right, bottom), (left, top), (right, top)].map(|corner| place(matrix, corner));
    let by = |pick: fn(f64, f64) -> f64, of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::NAN, pick);
    [by(f64::min, |at| at.0), by(f64::min, |at| at.1), by(f64::max, |at| at.0), by(f64::max, |at| at.1)]
}

/// Whether what stood upright does so still.
pub(super) fn is_upright([a, b, c, d, ..]: Matrix) -> bool {
    a.abs().min(b.abs()) < 1e-6 && c.abs().min(d.abs()) < 1e-6
}

/// The matrix of six operands.
pub(super) fn matrix(operands: &[Object]) -> Matrix {
    let mut matrix = IDENTITY;
    for (place, operand) in matrix.iter_mut().zip(operands) {
        *place = operand.number().unwrap_or(0.0);
    }
    matrix
}
