import { DRIFT, RESULT, REVIEW, resultOf, textOf } from './files.mjs';
import { print } from './review.mjs';

/** Most characters of a comment or issue on GitHub; GitLab takes more. */
const LONGEST = 65_536;
const REVIEW_MARKER = '<!-- delinea-iac review -->';
const DRIFT_MARKER = '<!-- delinea-iac drift -->';
const DRIFT_TITLE = 'Drift: the tenant differs from the code';

/** Text of the status for each exit code of the review. */
const STATUS = new Map([
  [0, 'Reviewed: see the comment'],
  [3, 'An assertion or a policy is violated'],
  [5, 'Something could not be read or resolved'],
]);

/**
 * Writes the review to the one comment of the pull request. A failed review replaces the text of an older one, too.
 * @param {Platform} platform
 */
export async function commentReview(platform) {
  const request = await platform.pullRequest();
  if (!request) return print('There is nothing to comment: no open pull request has this commit.');
  const review = textOf(`${REVIEW}/comment.md`);
  const { code } = resultOf(textOf(RESULT));
  const about = `Commit ${request.sha}, [run](${platform.runUrl}).`;
  const body = withLine(
    review ?? '## Access after this plan\n\n**This commit has no review:** its synth, plan or review failed.',
    REVIEW_MARKER,
    about,
  );
  const own = ownPosts(await platform.comments(request.number), REVIEW_MARKER)[0];
  if (own) await platform.updateComment(request.number, own.id, body);
  else await platform.createComment(request.number, body);
  const isGood = review !== undefined && code === 0;
  await platform.setStatus?.(
    request.sha,
    isGood ? 'success' : 'failure',
    (review !== undefined && STATUS.get(code)) || 'The review failed: see the run',
  );
  print(own ? 'The comment was updated.' : 'The comment was created.');
}

/**
 * Opens or updates the issue about drift, or closes it if there is none.
 * @param {Platform} platform
 */
export async function reportDrift(platform) {
  const code = textOf(`${DRIFT}/exit`);
  // A tenant that was not read is not one without drift: the issue stays as it is.
  if (code !== '0' && code !== '2') {
    print('The drift is not known: see the job before. No issue was changed.');
    return 1;
  }
  const report = textOf(`${DRIFT}/drift.md`) ?? '';
  const body = withLine(report, DRIFT_MARKER, `[Run](${platform.runUrl}).`);
  const open = ownPosts(await platform.openIssues(), DRIFT_MARKER);
  if (code === '0') {
    for (const { id } of open) await platform.closeIssue(id, body);
    print(open.length > 0 ? 'The issue was closed.' : 'There is no drift.');
  } else if (open[0]) {
    await platform.updateIssue(open[0].id, body);
    print('The issue was updated.');
  } else {
    await platform.createIssue(DRIFT_TITLE, body);
    print('An issue was opened.');
  }
  return 0;
}

/** Returns posts of this account that begin with a marker: anybody can write the marker. @param {Post[]} posts @param {string} marker */
function ownPosts(posts, marker) {
  return posts.filter(({ own, body }) => own && body.startsWith(marker));
}

/** Returns a text with its marker and, if there is room, a line behind it. @param {string} text @param {string} marker @param {string} line */
function withLine(text, marker, line) {
  const content = text.startsWith(marker) ? text.slice(marker.length).trimStart() : text;
  const whole = `${marker}\n\n${line}\n\n${content}`;
  return whole.length <= LONGEST ? whole : `${marker}\n\n${content}`;
}

/** @typedef {import('./platform.d.ts').Platform} Platform */
/** @typedef {import('./platform.d.ts').Post} Post */
