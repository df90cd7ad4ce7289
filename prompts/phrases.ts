/** What several workflows say in the same words. */

/** Behind a call of update_issue_checklist. */
export const ISSUE_CONSENT =
  "On `needs_confirmation` ask the user once: yes, with the issue's number as `issue` in this call and later ones; or no, and it is not called again. Tell of the row for STATE.md in the diagnostic: with yes or no, it keeps this for the milestone. Any other skip or failure: tell it in one line and go on.";

/** Behind a call of collect_gaps; the form of a verification follows below. */
export const UNREAD_GAPS =
  '`UNPARSED_REPORT` for a report of PHASE: its gaps could not be read, which is not none. Start a verifier on `models`\' verifier with the task "Write the gaps that PATH tells of as entries in the form below, in its front matter, or under ## Gaps in a UAT report; if it tells of none, mend its status. Change nothing else." Then call `collect_gaps` again; still unread: ask.';
