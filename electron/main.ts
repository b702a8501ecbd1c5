// Electron's main process: a list of set-up calls.
import { join } from 'node:path';
import { app } from 'electron';
import { handleAppScheme, registerAppScheme } from './app-protocol.ts';
import { answerPage } from './ipc.ts';
import { lockDown } from './lockdown.ts';
import { openMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { takeFilesFromOutside } from './opening.ts';
import { runCommandLine } from './packaged-cli.ts';
import { applyTheme } from './settings.ts';

registerAppScheme();
// With --no-sandbox (root on Linux, where Chromium refuses its sandbox) this call would ask for both at once and end every helper process.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

if (!runCommandLine()) {
  if (takeFilesFromOutside()) {
    app.whenReady().then(() => {
      lockDown();
      handleAppScheme(join(__dirname, '../renderer'));
      answerPage();
      applyTheme();
      setMenu([]);
      openMainWindow();
    });
    app.on('activate', openMainWindow);
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
  } else {
    app.quit();
  }
}
