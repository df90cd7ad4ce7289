/** What the conformance suite's fixtures show beside text. */

/** One red pixel, and 44 bytes of silence. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

export const image = { type: "image", data: PNG, mimeType: "image/png" } as const;

export const audio = { type: "audio", data: WAV, mimeType: "audio/wav" } as const;

export function embedded(uri: string, mimeType: string, text: string) {
  return { type: "resource", resource: { uri, mimeType, text } } as const;
}
