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

/// One of the colours that the fewest of `present` have.
pub(super) fn pick(rng: &mut StdRng, present: impl Iterator<Item = Color>) -> Color {
    let mut uses = [0u32; PALETTE.len()];
    for color in present {
        if let Some(index) = PALETTE.iter().position(|&own| own == color) {
            uses[index] += 1;
        }
    }
    let fewest = uses.iter().min().copied().unwrap_or(0);
    let choices: Vec<_> = (PALETTE.iter().zip(uses))
        .filter(|&(_, uses)| uses == fewest)
        .map(|(&color, _)| color)
        .collect();
    choices[rng.random_range(0..choices.len())]
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
        let mut present = Vec::new();
        for _ in 0..2 * PALETTE.len() {
            present.push(pick(&mut rng, present.iter().copied()));
        }
        for color in PALETTE {
            assert_eq!(present.iter().filter(|&&one| one == color).count(), 2);
        }
    }
}
