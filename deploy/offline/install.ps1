# 离线安装 tiersync，不访问网络（未在 Windows 上测试） / Installs tiersync without a network (not tried on Windows):
#   powershell -ExecutionPolicy Bypass -File install.ps1 [DIR]
param([string]$Target = "$env:ProgramFiles\tiersync", [string]$Python = "python")
$ErrorActionPreference = "Stop"
function Fail($zh, $en) { Write-Host $zh; Write-Host $en; exit 1 }

$Target = [IO.Path]::GetFullPath([IO.Path]::Combine((Get-Location).Path, $Target))
Set-Location $PSScriptRoot
$wanted = "requirements\windows-amd64.txt"
if (-not (Test-Path $wanted)) { Fail "本安装包不含 Windows 平台的文件。" "This bundle has nothing for Windows." }
& $Python -c "import sys; sys.exit(sys.version_info[:2] != (3, 11) or sys.maxsize < 2**32)"
if ($LASTEXITCODE) { Fail "需要 64 位 Python 3.11。" "Python 3.11 of 64 bits is needed." }
foreach ($line in Get-Content SHA256SUMS -Encoding UTF8) {
    $sum, $file = $line -split "  ", 2
    if ((Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash -ne $sum) {
        Fail "$file 与 SHA256SUMS 不符，未安装。" "$file is not that of SHA256SUMS. Nothing was installed."
    }
}

if (-not (Test-Path "$Target\Scripts\python.exe")) { & $Python -m venv $Target }
if ($LASTEXITCODE) { Fail "无法建立 $Target。" "$Target could not be made." }
$env:PIP_CONFIG_FILE = "nul"
$own = (Get-Item "wheels\tiersync-*.whl").FullName
& "$Target\Scripts\python.exe" -m pip -q --disable-pip-version-check install --no-index --no-deps -f wheels --require-hashes -r $wanted
if ($LASTEXITCODE) { Fail "安装失败。" "It could not be installed." }
& "$Target\Scripts\python.exe" -m pip -q --disable-pip-version-check install --no-index --no-deps --force-reinstall $own
if ($LASTEXITCODE) { Fail "安装失败。" "It could not be installed." }
Write-Host "已安装 / Installed: $Target\Scripts\tiersync.exe"
& "$Target\Scripts\tiersync.exe" --version
