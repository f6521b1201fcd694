//! The tar archive around a bundle's files: POSIX.1-1988 ustar, every byte of it given by names and sizes.
//!
//! A reader makes the header that must stand there and compares; nothing of an archive is believed.

/// Bytes of a block.
pub const BLOCK_BYTES: usize = 512;
/// The folder that all members are in; the first member's name begins the file and tells what it is.
pub const FOLDER: &str = "kikimori-bundle/";
/// Bytes of the end of an archive: two empty blocks.
pub const END_BYTES: usize = 2 * BLOCK_BYTES;
/// Bytes that a name may take, the final zero excepted.
const NAME_BYTES_MAX: usize = 99;
/// Where the size stands.
const SIZE_FIELD: std::ops::Range<usize> = 124..135;
/// Where the checksum stands.
const SUM_FIELD: std::ops::Range<usize> = 148..156;

/// The header of a file with this name in the folder; `None` when the name is too long or the size too large.
pub fn header(name: &str, size_bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    let name = format!("{FOLDER}{name}");
    let size = format!("{size_bytes:011o}");
    if name.len() > NAME_BYTES_MAX || size.len() != SIZE_FIELD.len() {
        return None;
    }
    let mut block = [0; BLOCK_BYTES];
    let mut put = |offset: usize, bytes: &[u8]| {
        block.iter_mut().skip(offset).zip(bytes).for_each(|(to, from)| *to = *from);
    };
    put(0, name.as_bytes());
    // Mode, owner, group, size, time, type, magic and version, device numbers.
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(SIZE_FIELD.start, size.as_bytes());
    put(136, b"00000000000\0");
    put(SUM_FIELD.start, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    put(329, b"0000000\0");
    put(337, b"0000000\0");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    block.iter_mut().skip(SUM_FIELD.start).zip(sum.as_bytes()).for_each(|(to, from)| *to = *from);
    Some(block)
}

/// The size that a header states.
pub fn stated_size(header: &[u8; BLOCK_BYTES]) -> Option<u64> {
    let digits = std::str::from_utf8(header.get(SIZE_FIELD)?).ok()?;
    u64::from_str_radix(digits, 8).ok()
}

/// Empty bytes that follow a file of this size up to the next block.
pub fn n_padding(size_bytes: u64) -> usize {
    let block = BLOCK_BYTES as u64;
    (size_bytes.next_multiple_of(block) - size_bytes) as usize
}

/// Bytes that a file of this size takes in the archive: header, content, padding.
pub fn n_bytes(size_bytes: u64) -> u64 {
    BLOCK_BYTES as u64 + size_bytes + n_padding(size_bytes) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_headers_that_add_up() {
        let header = header("manifest.json", 1_234).unwrap();
        assert_eq!(&header[..30], b"kikimori-bundle/manifest.json\0");
        assert_eq!(stated_size(&header), Some(1_234));
        let written = u32::from_str_radix(std::str::from_utf8(&header[148..154]).unwrap(), 8).unwrap();
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        let field: u32 = header[148..156].iter().map(|byte| u32::from(*byte)).sum();
        assert_eq!(written, sum - field + 8 * 32);
    }

    #[test]
    fn refuses_what_no_header_can_say() {
        assert!(header("x", (8 << 30) - 1).is_some());
        assert!(header("x", 8 << 30).is_none());
        assert!(header(&"x".repeat(83), 1).is_some());
        assert!(header(&"x".repeat(84), 1).is_none());
    }

    #[test]
    fn pads_to_blocks() {
        assert_eq!([0, 1, 511, 512, 513].map(n_padding), [0, 511, 1, 0, 511]);
        assert_eq!(n_bytes(513), 512 + 1_024);
    }
}
