// Starts the page.
import { sound } from './sound.ts';
import { startPage } from './start-page.tsx';

const root = document.getElementById('page');
if (root) startPage(root, sound);
