// The one error every reader of a file format throws. It knows no format and no file system.

/** A file could not be read; `line` and `column` count from 1, 0 where no place can be named. The message is one line without the file's name. */
export class FormatError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line = 0, column = 0) {
    super(message);
    this.name = 'FormatError';
    this.line = line;
    this.column = column;
  }
}
