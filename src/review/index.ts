export { count } from './attributes.js';
export { costText } from './cost-text.js';
export { driftText } from './drift-text.js';
export { errorText } from './error-text.js';
export { findingsText } from './findings-text.js';
export { coloured, type Paint, plain } from './paint.js';
export { planText } from './plan-text.js';
export { remainingAccessText } from './remaining-access-text.js';
export { shellWord } from './shell-quoted.js';
