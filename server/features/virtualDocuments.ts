/** Documents that exist only in the editor: the composed config with provenance, and the keys of a checkpoint. */
import type { Connection } from 'vscode-languageserver';
import { RegripError } from '../../engine/base/errors.js';
import { originText } from '../../engine/config/originText.js';
import { toYaml } from '../../engine/config/yaml/write.js';
import { checkpointOf, type Listings } from '../documents/listings.js';
import { pathOf } from '../documents/uris.js';
import type { Workbench } from '../workbench.js';

export class VirtualDocuments {
  /** The latest content by URI: an editor requests it again when notified. */
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

  /** Notifies the editor of those whose content has changed. */
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
      return found?.listing.text ?? `# ${path} does not exist\n`;
    } catch (error) {
      if (error instanceof RegripError) return `# ${error.message}\n`;
      throw error;
    }
  }

  private async composed(uri: string): Promise<string> {
    const path = pathOf(uri.replace(/^[\w-]+:(?:\/\/)?/, 'file://'));
    const [target] = path === undefined ? [] : await this.workbench.targetsOf(path);
    if (path === undefined || target === undefined) return `# ${path ?? uri} is not a training config\n`;
    const { survey } = await this.workbench.judgement(target);
    const overrides = target.overrides.map((override) => ` ${override}`).join('');
    const head = [
      `# Composed from ${target.primary}${overrides}`,
      '# After each value: where it is set, and what it overrides.',
      ...survey.problems.map(({ message }) => `# Incomplete: ${message.replaceAll(/\s+/g, ' ')}`),
    ];
    return `${head.join('\n')}\n\n${toYaml(survey.resolved, (place) => originText(place, survey))}`;
  }
}
