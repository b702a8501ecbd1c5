// Byte layout of a Trace in memory: chunks of records. Shared by the ring that writes it and the reader that trusts nothing in it.

/** A chunk: eight int32 (magic, version, number, bytes used, revision, ticket table, 0, 0), then records, each 8-byte aligned. */
export const chunk = {
  magic: 0x4e425431,
  version: 2,
  /** Read too: without places. */
  oldestVersion: 1,
  headerBytes: 32,
  fields: { magic: 0, version: 1, number: 2, used: 3, revision: 4, tickets: 5 },
} as const;

/** First int32 of a record; the second is its length in bytes. */
export const record = { dead: 0, plan: 1, hyper: 2, loop: 3, step: 4 } as const;

/** plan, hyper: type, bytes, index, length of the JSON, then the JSON in ASCII. */
export const textRecord = { index: 2, length: 3, headerBytes: 16 } as const;

export const loopRecord = {
  index: 2,
  firstStep: 3,
  stepCount: 4,
  backwardCell: 5,
  backwardLine: 6,
  topCell: 7,
  topLine: 8,
  /** -1: unknown. */
  epochCount: 9,
  batchesPerEpoch: 10,
  bytes: 48,
} as const;

/** int32 fields, then float64 at 48 (train loss), 56 (validation loss), 64 (first event), two int32 at 72; the body of payloads from 80. */
export const stepRecord = {
  index: 2,
  plan: 3,
  loop: 4,
  epoch: 5,
  batch: 6,
  flags: 7,
  hyper: 8,
  eventCount: 9,
  backwardCell: 10,
  backwardLine: 11,
  trainLossByte: 48,
  validationLossByte: 56,
  firstEventByte: 64,
  /** Where in the ticket table, and which ticket, says that the values its places point at are still there; 0: none are. */
  ticketPlace: 18,
  ticket: 19,
  headerBytes: 80,
} as const;

export const stepFlag = { closed: 1, train: 2, validation: 4, failing: 8, bookmarked: 16, flavourShift: 8, flavourMask: 3 } as const;
