//! A colour as three bytes, and as people write it.

use core::fmt;

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red, 0–255.
    pub r: u8,
    /// Green, 0–255.
    pub g: u8,
    /// Blue, 0–255.
    pub b: u8,
}

impl Color {
    /// The colour written `#rrggbb`, as a number.
    #[must_use]
    pub const fn from_rgb(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Self { r, g, b }
    }

    /// The colour as the number `0xrrggbb`.
    #[must_use]
    pub const fn to_rgb(self) -> u32 {
        u32::from_be_bytes([0, self.r, self.g, self.b])
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.to_rgb())
    }
}
