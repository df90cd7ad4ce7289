/** Names made from names: slugs from titles, and titles from slugs. */
import { visible } from "../errors.ts";

const MAX_SLUG = 60;

/** Lower case, every run of other characters one hyphen, at most 60 characters: `Auth & Login` is `auth-login`. */
export function slugify(name: string): string {
  const plain = /^[\x20-\x7e]*$/.test(name) ? name : name.normalize("NFKD").replace(/\p{M}/gu, "");
  const words = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return words.slice(0, MAX_SLUG).replace(/-+$/, "");
}

/** A readable name from a slug: `user-chat` is `User chat`. */
export function nameFromSlug(slug: string): string {
  const words = slug.replace(/[-_\s]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Cuts at `max` characters, at a word where one ends in the last third, and marks the cut with `…`. */
export function shorten(text: string, max: number): string {
  // A text has at most as many characters as code units.
  if (text.length <= max) return text;
  const characters = [...text];
  if (characters.length <= max) return text;
  const cut = characters.slice(0, max - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${(space > cut.length * 0.66 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** Of a text of any length and from anywhere, so much as can be shown in a message. */
export function excerpt(text: string, max: number): string {
  return visible(shorten(text.slice(0, 2 * max), max));
}
