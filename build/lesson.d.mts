// Types of lesson.mjs for the test that makes the recording again.
export const lessonScript: string;
export const lessonRecording: string;
/** Throws where the lesson does not run to its end. */
export function recordLesson(target?: string): void;
