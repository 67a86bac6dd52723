/** Words and turns that a reader has to read twice, and what to write instead. */
export const RULES: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bshall\b/i, instead: 'must, will' },
  { pattern: /\b(he|him|his|she|her|hers|himself|herself)\b/i, instead: 'the user, they, it' },
  { pattern: /\b(whoever|whomever|whom|whatever)\b/i, instead: 'a noun' },
  { pattern: /(?<!\bthere )\b(is|are|was|were) no (?!longer\b|more\b)[a-z]/i, instead: 'is not a' },
  { pattern: /\bso (many|few|much)\b/i, instead: 'this many, at most' },
  { pattern: /\b(anew|namesakes?|intruders?|strangers?)\b/i, instead: 'again; duplicates; unmanaged members' },
  { pattern: /\blet(s|ting)? go\b/i, instead: 'forget, release' },
  { pattern: /\b(come|comes|came) alive\b/i, instead: 'regains' },
  { pattern: /\b(speak|speaks|spoken|spoke) of\b/i, instead: 'name, refer to' },
  { pattern: /\b(tell|tells|told|telling)\b/i, instead: 'report, return, distinguish' },
  { pattern: /\b(say|says|said|saying)\b/i, instead: 'report, state, set' },
  { pattern: /\banswer(s|ed|ing)?\b/i, instead: 'response, return, respond' },
  {
    pattern: /\b(stand|stands|stood) (at|in|for|beside|behind|between|there|on)\b/i,
    instead: 'is in, follows, represents',
  },
  { pattern: /\b(weigh|weighs|weighed|owe|owes|owed)\b/i, instead: 'assess, defer' },
  { pattern: /\b(take|takes|taken|took|taking) over\b/i, instead: 'adopt' },
  { pattern: /\bwhole[- ]sets?\b/i, instead: 'authoritative set' },
  { pattern: /(^|[.;:] )Of (?!course)/, instead: 'the condition or the noun first' },
  {
    pattern:
      /(^|\. )What (is|was|are|were|has|have|had|lives|goes|stays|comes|cannot|can|nobody|the|a|an|we|it|code)\b/,
    instead: 'a noun',
  },
  { pattern: /\bby now\b|\bfor ever\b|\bat its place\b/i, instead: 'already, repeatedly' },
];
