// Paths in and beside the packaged app's archive. Files are read through it; modules are imported only from beside it.

/** The real file beside the archive; the same path where there is none. */
export const unpacked = (path: string): string => path.replace(/([\\/]app\.asar)(?=[\\/])/, '$1.unpacked');

/** The way through the archive, which holds everything. */
export const packed = (path: string): string => path.replace(/([\\/]app\.asar)\.unpacked(?=[\\/])/, '$1');
