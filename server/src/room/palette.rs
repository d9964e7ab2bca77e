//! Colours that the server gives: white text on each is readable.

use mote_protocol::color::Color;
use rand::RngExt;
use rand::rngs::StdRng;

/// Each at least 4.5:1 against white (WCAG 2.2, 1.4.3, level AA) and far enough from the others to
/// be told apart.
const PALETTE: [Color; 16] = [
    Color::from_rgb(0x00C62828),
    Color::from_rgb(0x00AD1457),
    Color::from_rgb(0x007B1FA2),
    Color::from_rgb(0x00512DA8),
    Color::from_rgb(0x00303F9F),
    Color::from_rgb(0x001565C0),
    Color::from_rgb(0x00026AA7),
    Color::from_rgb(0x0000707C),
    Color::from_rgb(0x0000695C),
    Color::from_rgb(0x002E7D32),
    Color::from_rgb(0x0055701C),
    Color::from_rgb(0x008D5B00),
    Color::from_rgb(0x00B34900),
    Color::from_rgb(0x006D4C41),
    Color::from_rgb(0x00455A64),
    Color::from_rgb(0x00D81B60),
];

/// How many have each colour of the palette.
#[derive(Debug, Default)]
pub(super) struct Palette {
    uses: [u32; PALETTE.len()],
}

impl Palette {
    /// One of the colours that the fewest have.
    pub(super) fn pick(&self, rng: &mut StdRng) -> Color {
        let fewest = self.uses.iter().min().copied().unwrap_or(0);
        let choices: Vec<_> = (PALETTE.iter().zip(self.uses))
            .filter(|&(_, uses)| uses == fewest)
            .map(|(&color, _)| color)
            .collect();
        choices[rng.random_range(0..choices.len())]
    }

    /// Somebody has this colour now.
    pub(super) fn add(&mut self, color: Color) {
        if let Some(uses) = self.uses_of(color) {
            *uses += 1;
        }
    }

    /// Somebody had it.
    pub(super) fn remove(&mut self, color: Color) {
        if let Some(uses) = self.uses_of(color) {
            *uses -= 1;
        }
    }

    fn uses_of(&mut self, color: Color) -> Option<&mut u32> {
        let index = PALETTE.iter().position(|&own| own == color)?;
        self.uses.get_mut(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// WCAG 2.2, definitions of relative luminance and contrast ratio.
    fn contrast_with_white(color: Color) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        let Color { r, g, b } = color;
        let luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        1.05 / (luminance + 0.05)
    }

    #[test]
    fn white_text_is_readable_on_every_colour() {
        for color in PALETTE {
            let contrast = contrast_with_white(color);
            assert!(contrast >= 4.5, "{color} has {contrast:.2}:1");
        }
    }

    #[test]
    fn a_colour_comes_twice_only_when_all_are_in_use() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut palette = Palette::default();
        let mut present = Vec::new();
        for _ in 0..2 * PALETTE.len() {
            let color = palette.pick(&mut rng);
            palette.add(color);
            present.push(color);
        }
        for color in PALETTE {
            assert_eq!(present.iter().filter(|&&one| one == color).count(), 2);
        }
    }
}
