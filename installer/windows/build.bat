@echo off
rem A folder with the frozen program in dist\clinicdesk. Not tested yet: see README.md.
setlocal
cd /d "%~dp0\..\.."
if not exist .venv\Scripts\python.exe py -m venv .venv || exit /b 1
.venv\Scripts\python -m pip install --no-deps --require-hashes -r requirements-dev.lock || exit /b 1
.venv\Scripts\python -m PyInstaller --noconfirm --distpath dist --workpath build\work installer\clinicdesk.spec
