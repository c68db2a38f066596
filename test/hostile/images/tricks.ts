import type { Trick } from '../trick.ts';
import { documents } from './documents.ts';
import { loaderLists } from './loader-lists.ts';
import { members } from './members.ts';

export const images: readonly Trick[] = [...members, ...documents, ...loaderLists];
