"""What a picture file says beside its pixels: EXIF, XMP, IPTC, comments; from any format to any that can hold it."""
