import { commentsIn, messagesIn, paragraphsIn } from './texts/inventory.js';
import { RULES } from './texts/rules.js';

/** Prints every text that people read, with its place: `npm run texts`, or `npm run texts -- [messages|comments|pages] [--broken]`. */
const INVENTORY = { messages: messagesIn, comments: commentsIn, pages: paragraphsIn };

const args = process.argv.slice(2);
const wanted = args.find((name) => name in INVENTORY);
for (const [name, read] of Object.entries(INVENTORY)) {
  if (wanted !== undefined && wanted !== name) continue;
  for (const { file, line, text } of read(process.cwd())) {
    const broken = RULES.filter(({ pattern }) => pattern.test(text));
    if (args.includes('--broken') && broken.length === 0) continue;
    const why = broken.map(({ pattern }) => pattern.exec(text)![0].trim()).join(', ');
    console.log(`${file}:${line}: ${text.replace(/\n/g, '\\n')}${why === '' ? '' : `   [${why}]`}`);
  }
}
