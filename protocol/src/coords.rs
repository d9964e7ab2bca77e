//! Positions: fractions of a surface, in 1/65535, and how a surface maps to a screen.

/// A position on a surface as it travels: each axis in 1/65535 of the surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// From the left edge.
    pub x: u16,
    /// From the top edge.
    pub y: u16,
}

/// A coordinate was not a number; positions are numbers, so the caller has a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl Point {
    /// The point at the fractions `x`, `y` of the surface. Values outside [0, 1], infinities
    /// included, are clamped to the surface's edge.
    ///
    /// # Errors
    /// [`NotANumber`] when either is NaN.
    pub fn from_fraction(x: f64, y: f64) -> Result<Self, NotANumber> {
        Ok(Self {
            x: to_wire(x)?,
            y: to_wire(y)?,
        })
    }

    /// The fractions of the surface, each in [0, 1].
    #[must_use]
    pub fn to_fraction(self) -> (f64, f64) {
        (from_wire(self.x), from_wire(self.y))
    }
}

/// `round(clamp(f, 0, 1) × 65535)`, half away from zero.
///
/// # Errors
/// [`NotANumber`] when `fraction` is NaN.
pub fn to_wire(fraction: f64) -> Result<u16, NotANumber> {
    if fraction.is_nan() {
        return Err(NotANumber);
    }
    let scaled = fraction.clamp(0.0, 1.0) * f64::from(u16::MAX);
    // `as` truncates; adding 0.5 first would round the largest value under one half up.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 ≤ scaled ≤ 65535"
    )]
    let whole = scaled as u16;
    let rounds_up = scaled - f64::from(whole) >= 0.5;
    Ok(whole + u16::from(rounds_up))
}

/// `wire / 65535`, in [0, 1]. `to_wire(from_wire(w)) == w` for every `w`.
#[must_use]
pub fn from_wire(wire: u16) -> f64 {
    f64::from(wire) / f64::from(u16::MAX)
}

/// What a position is a fraction of, in CSS pixels of one person's screen.
///
/// Each knows its box relative to the visible window (what `getBoundingClientRect` and pointer
/// events speak), so the same fraction is found again on a window of another size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Surface {
    /// The visible window.
    Viewport {
        /// `innerWidth`.
        width: f64,
        /// `innerHeight`.
        height: f64,
    },
    /// An element's border box, as it stands in the window.
    Element {
        /// The box's left edge; negative when scrolled out to the left.
        left: f64,
        /// The box's top edge.
        top: f64,
        /// The box's width.
        width: f64,
        /// The box's height.
        height: f64,
    },
    /// The whole document, seen through a window that is scrolled.
    Document {
        /// `scrollX`.
        scroll_x: f64,
        /// `scrollY`.
        scroll_y: f64,
        /// `scrollWidth` of the document element.
        width: f64,
        /// `scrollHeight` of the document element.
        height: f64,
    },
}

impl Surface {
    /// The fractions of this surface at the window position `client_x`, `client_y` (CSS pixels); not
    /// clamped. A surface without area has every position at its origin.
    #[must_use]
    pub fn to_fraction(self, client_x: f64, client_y: f64) -> (f64, f64) {
        let (left, top, width, height) = self.client_box();
        let part = |distance: f64, length: f64| if length > 0.0 { distance / length } else { 0.0 };
        (part(client_x - left, width), part(client_y - top, height))
    }

    /// The window position (CSS pixels) of the fractions `x`, `y` of this surface.
    #[must_use]
    pub fn to_client(self, x: f64, y: f64) -> (f64, f64) {
        let (left, top, width, height) = self.client_box();
        (left + x * width, top + y * height)
    }

    fn client_box(self) -> (f64, f64, f64, f64) {
        match self {
            Self::Viewport { width, height } => (0.0, 0.0, width, height),
            Self::Element {
                left,
                top,
                width,
                height,
            } => (left, top, width, height),
            Self::Document {
                scroll_x,
                scroll_y,
                width,
                height,
            } => (-scroll_x, -scroll_y, width, height),
        }
    }
}

#[cfg(test)]
mod tests;
