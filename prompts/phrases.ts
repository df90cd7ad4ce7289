/** What several workflows say in the same words. */

/** Behind a call of update_issue_checklist. */
export const ISSUE_CONSENT =
  "On `needs_confirmation` ask the user once: yes, with the issue's number, which goes into this call and later ones as `issue`; or no, and it is not called again. Tell that the row for STATE.md in the answer's diagnostic, with yes or no, keeps this for the milestone. Any other skip or failure is told in one line and never stops the work.";

/** Behind a call of collect_gaps; the form of a verification follows below. */
export const UNREAD_GAPS =
  '`UNPARSED_REPORT` for a report of PHASE: its gaps could not be read, which is not the same as none. Start a verifier on `models`\' verifier with the task "Write the gaps that PATH tells of as entries in the form below, in its front matter, or under ## Gaps in a UAT report; if it tells of none, mend its status. Change nothing else." Then call `collect_gaps` again; still unread: ask.';
