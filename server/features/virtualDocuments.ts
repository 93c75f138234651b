/** Documents that exist in the editor alone: the composed config with provenance, and the keys of a checkpoint. */
import type { Connection } from 'vscode-languageserver';
import { RegripError } from '../../engine/base/errors.js';
import { originText } from '../../engine/config/originText.js';
import { toYaml } from '../../engine/config/yaml/write.js';
import { checkpointOf, type Listings } from '../documents/listings.js';
import { pathOf } from '../documents/uris.js';
import type { Workbench } from '../workbench.js';

/** `regrip-composed:/path/of/the/primary.yaml`. */
export const COMPOSED = 'regrip-composed';

export class VirtualDocuments {
  /** What was given last, by URI: an editor asks again when told to. */
  private readonly given = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly workbench: Workbench,
    private readonly listings: Listings,
  ) {}

  async content(uri: string): Promise<string> {
    const text = await this.text(uri);
    this.given.set(uri, text);
    return text;
  }

  /** Tells the editor of those that read otherwise now. */
  async refresh(): Promise<void> {
    for (const [uri, before] of this.given) {
      const now = await this.text(uri).catch(() => before);
      if (now !== before) await this.connection.workspace.textDocumentContent.refresh(uri);
    }
  }

  private text(uri: string): Promise<string> {
    const checkpoint = checkpointOf(uri);
    return checkpoint === undefined ? this.composed(uri) : this.listed(checkpoint);
  }

  private async listed(path: string): Promise<string> {
    try {
      const found = await this.listings.of(path);
      return found?.listing.text ?? `# Nothing at ${path}\n`;
    } catch (error) {
      if (error instanceof RegripError) return `# ${error.message}\n`;
      throw error;
    }
  }

  private async composed(uri: string): Promise<string> {
    const path = pathOf(uri.replace(/^[\w-]+:(?:\/\/)?/, 'file://'));
    const [target] = path === undefined ? [] : await this.workbench.targetsOf(path);
    if (path === undefined || target === undefined) return `# ${path ?? uri} is no training config\n`;
    const { survey } = await this.workbench.judgement(target);
    const overrides = target.overrides.map((override) => ` ${override}`).join('');
    const head = [
      `# Composed from ${target.primary}${overrides}`,
      '# Behind each value: where it is written, and what it beat.',
      ...survey.problems.map(({ message }) => `# Not complete: ${message.replaceAll(/\s+/g, ' ')}`),
    ];
    return `${head.join('\n')}\n\n${toYaml(survey.resolved, (place) => originText(place, survey))}`;
  }
}
