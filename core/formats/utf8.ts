// Strict UTF-8 that can say where the bytes are wrong. The core has no TextDecoder to rely on.

/** Text of `bytes`, or the offset of the first byte that is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string } | { readonly badAt: number } {
  const parts: string[] = [];
  let units: number[] = [];
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i];
    let code = lead;
    let extra = 0;
    let least = 0;
    if (lead >= 0x80) {
      if (lead >= 0xc2 && lead <= 0xdf) [code, extra, least] = [lead & 0x1f, 1, 0x80];
      else if (lead >= 0xe0 && lead <= 0xef) [code, extra, least] = [lead & 0x0f, 2, 0x800];
      else if (lead >= 0xf0 && lead <= 0xf4) [code, extra, least] = [lead & 0x07, 3, 0x10000];
      else return { badAt: i };
      for (let k = 1; k <= extra; k++) {
        const next = i + k < bytes.length ? bytes[i + k] : 0;
        if ((next & 0xc0) !== 0x80) return { badAt: i };
        code = (code << 6) | (next & 0x3f);
      }
      if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return { badAt: i };
    }
    if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    else units.push(code);
    i += extra + 1;
    if (units.length > 8000) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  parts.push(String.fromCharCode(...units));
  return { text: parts.join('') };
}
