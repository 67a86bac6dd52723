import { readFileSync } from 'node:fs';
import { openApi } from './api.mjs';
import { CiError, required } from './errors.mjs';
import { fileInZip, LONGEST_REVIEW, LONGEST_STACK } from './files.mjs';

/** The account of GITHUB_TOKEN. No user can have this name. */
const OWN = 'github-actions[bot]';
/** The workflow whose reviews count. Another file would be another workflow. */
const REVIEW_WORKFLOW = '.github/workflows/delinea-review.yml';
/** The environment of an apply that nobody has approved yet. */
const APPROVAL = 'delinea-approval';
const CONTEXT = 'delinea-iac review';

const HINTS = {
  401: 'Pass GITHUB_TOKEN: ${{ github.token }} in the env of the step.',
  403: 'Give the job the permission that docs/guides/ci.md lists.',
  404: 'Give the job the permission that docs/guides/ci.md lists.',
  422: 'The body is longer than GitHub accepts, or the object does not exist any more.',
};

/** The GitHub of a workflow run. @param {NodeJS.ProcessEnv} env @returns {import('./platform.d.ts').Platform} */
export function github(env) {
  const api = openApi({
    url: required(env, 'GITHUB_API_URL'),
    headers: {
      authorization: `Bearer ${required(env, 'GITHUB_TOKEN')}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    },
    hints: HINTS,
  });
  const repository = required(env, 'GITHUB_REPOSITORY');
  const repo = `/repos/${repository}`;
  const event = () => JSON.parse(readFileSync(required(env, 'GITHUB_EVENT_PATH'), 'utf8'));

  /** Returns the artifacts with a name. @param {string} path @param {string} name */
  const artifacts = (path, name) =>
    api.list(`${path}/artifacts?name=${encodeURIComponent(name)}`, (page) => page.artifacts);

  /** Returns whether a run is one of the review workflow, as it is on the default branch. @param {number} id */
  async function isReview(id) {
    const run = await api.get(`${repo}/actions/runs/${id}`);
    return (
      run.path.split('@')[0] === REVIEW_WORKFLOW &&
      run.event === 'workflow_run' &&
      run.head_branch === event().repository.default_branch &&
      run.head_repository?.full_name === repository
    );
  }

  /** Returns the approvals of a commit by people who may write, without its author. @param {any} pull */
  async function approvalsOf(pull) {
    const reviews = await api.list(`${repo}/pulls/${pull.number}/reviews`);
    // A later request for changes takes an approval back; a comment does not.
    const last = new Map(reviews.filter(({ state }) => state !== 'COMMENTED').map((each) => [each.user?.id, each]));
    const given = [...last.values()].filter(
      (each) =>
        each.state === 'APPROVED' && each.commit_id === pull.head.sha && each.user && each.user.id !== pull.user.id,
    );
    const allowed = [];
    for (const { user, submitted_at } of given) {
      const { permission } = await api.get(`${repo}/collaborators/${encodeURIComponent(user.login)}/permission`);
      if (permission === 'admin' || permission === 'write') allowed.push(Date.parse(submitted_at));
    }
    return allowed;
  }

  return {
    // The author chooses the number in an artifact, and the list of pull requests in the event is empty for forks.
    async pullRequest() {
      const { workflow_run: run, repository: own } = event();
      const owner = run.head_repository?.owner.login;
      if (owner === undefined) return undefined;
      const query = new URLSearchParams({
        state: 'open',
        base: own.default_branch,
        head: `${owner}:${run.head_branch}`,
      });
      const pulls = await api.list(`${repo}/pulls?${query}`);
      const pull = pulls.find(({ head }) => head.sha === run.head_sha && head.repo?.id === run.head_repository.id);
      if (!pull) return undefined;
      const events = await api.list(`${repo}/issues/${pull.number}/events`);
      const labels = pull.labels.map((/** @type {any} */ { name }) => {
        const set = events.findLast((each) => each.event === 'labeled' && each.label.name === name);
        return { name, counts: set?.actor?.type === 'User' && set.actor.id !== pull.user.id };
      });
      return { number: pull.number, sha: run.head_sha, labels };
    },

    async stack() {
      const { id } = event().workflow_run;
      const [artifact, ...others] = await artifacts(`${repo}/actions/runs/${id}`, 'stack');
      if (!artifact || others.length > 0 || artifact.expired || artifact.size_in_bytes > LONGEST_STACK) {
        throw new CiError(
          `the artifact "stack" is not used: it is missing, expired, there twice or longer than ${LONGEST_STACK} bytes`,
          'Run the synth again.',
        );
      }
      const zip = await api.download(`${repo}/actions/artifacts/${artifact.id}/zip`, LONGEST_STACK);
      return fileInZip(zip, 'cdk.tf.json', LONGEST_STACK);
    },

    comments: async (number) =>
      (await api.list(`${repo}/issues/${number}/comments`)).map(({ id, body, user }) => ({
        id,
        body,
        own: isOwn(user),
      })),
    createComment: (number, body) => api.send('POST', `${repo}/issues/${number}/comments`, { body }),
    updateComment: (_, id, body) => api.send('PATCH', `${repo}/issues/comments/${id}`, { body }),
    setStatus: (sha, state, description) =>
      api.send('POST', `${repo}/statuses/${sha}`, { state, description, context: CONTEXT, target_url: runUrl(env) }),

    openIssues: async () =>
      (await api.list(`${repo}/issues?state=open`)).flatMap(({ number, body, user, pull_request }) =>
        pull_request ? [] : [{ id: number, body: body ?? '', own: isOwn(user) }],
      ),
    createIssue: (title, body) => api.send('POST', `${repo}/issues`, { title, body }),
    updateIssue: (id, body) => api.send('PATCH', `${repo}/issues/${id}`, { body }),
    closeIssue: (id, body) =>
      api.send('PATCH', `${repo}/issues/${id}`, { body, state: 'closed', state_reason: 'completed' }),

    async approved() {
      const sha = required(env, 'GITHUB_SHA');
      const base = event().repository.default_branch;
      const pull = (await api.list(`${repo}/commits/${sha}/pulls`)).find(
        (each) => each.merged_at && each.base.ref === base && each.merge_commit_sha === sha,
      );
      if (!pull) return { reason: 'the commit is not the merge of a pull request' };
      const merged = Date.parse(pull.merged_at);
      const reviews = [];
      let first = Number.POSITIVE_INFINITY;
      for (const { id, created_at, expired, workflow_run } of await artifacts(
        `${repo}/actions`,
        `delinea-review-${pull.head.sha}`,
      )) {
        if (expired || Date.parse(created_at) > merged || !(await isReview(workflow_run.id))) continue;
        first = Math.min(first, Date.parse(created_at));
        const zip = await api.download(`${repo}/actions/artifacts/${id}/zip`, LONGEST_REVIEW);
        reviews.push(fileInZip(zip, 'result.json', LONGEST_REVIEW).toString());
      }
      if (reviews.length === 0) return { reason: `pull request ${pull.number} has no review of its last commit` };
      // An approval that is older than the review does not approve its result.
      if (!(await approvalsOf(pull)).some((time) => time > first && time <= merged))
        return { reason: `nobody but the author has approved the review of pull request ${pull.number}` };
      return { reviews };
    },

    // GitHub creates an environment that does not exist, without any protection.
    async checkApproval() {
      const { protection_rules: rules = [] } = await api.get(`${repo}/environments/${APPROVAL}`).catch((error) => {
        if (error instanceof CiError && error.status === 404) return {};
        throw error;
      });
      if (rules.some((/** @type {any} */ { type }) => type === 'required_reviewers')) return;
      throw new CiError(
        `the environment "${APPROVAL}" has no required reviewers, so the apply would not wait for an approval`,
        'Add them under Settings > Environments.',
      );
    },

    runUrl: runUrl(env),
  };
}

/** @param {{ login: string, type: string } | null} user */
function isOwn(user) {
  return user?.login === OWN && user.type === 'Bot';
}

/** @param {NodeJS.ProcessEnv} env */
function runUrl(env) {
  return `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
}
