import { render } from 'preact';
import { App } from './App.tsx';
import { createHubClient } from './hub-client.ts';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/picture.css';
import './style/moments.css';
import './style/timeline.css';
import './style/forms.css';
import './style/controls.css';
import './style/doctor.css';
import './style/masks.css';
import './style/storage.css';
import './style/exports.css';

const root = document.getElementById('app');
if (root) render(<App client={createHubClient((input, init) => fetch(input, init))} />, root);
