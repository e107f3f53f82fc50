; The installer of 公开年报: per user, without administrator rights, in Simplified Chinese.
;
; makensis is given VERSION (1.2.0), NUMBERS (1.2.0.0), SOURCE (the frozen folder), SIZE_KB (what
; it takes installed), OUT (the .exe to make), ICON and PICTURE.
;
; Everything is first unpacked beside the installed program, then put in its place by renaming:
; a full disk, a file in use or an interrupted run leaves the old version as it was, or nothing.
; Exit codes of a silent run (/S): 0 done, 3 program is running, 4 a newer version is installed,
; 5 folder cannot be written, 6 not enough space, 7 files could not be replaced, 8 Windows too old.

Target amd64-unicode
Unicode true
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true
ManifestSupportedOS all
RequestExecutionLevel user

!define DISPLAY "公开年报"
!define KEY "nianbao"
!define GUI "nianbao.exe"
!define CLI "nianbao-cli.exe"
!define EXTENSION ".nianbao"
!define PROGID "Nianbao.Report"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${KEY}"
!define STAGE "$INSTDIR\.new"
!define FORMER "$INSTDIR\.old"

!define ERROR_RUNNING 3
!define ERROR_NEWER 4
!define ERROR_UNWRITABLE 5
!define ERROR_SPACE 6
!define ERROR_REPLACE 7
!define ERROR_WINDOWS 8

Name "${DISPLAY}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${KEY}"
InstallDirRegKey HKCU "Software\${KEY}" "InstallDir"
ShowInstDetails nevershow
ShowUninstDetails nevershow
BrandingText "${DISPLAY} ${VERSION}"
AllowSkipFiles off
XPStyle on

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装 ${DISPLAY} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "本程序用于填报、审核、导出政府信息公开情况统计表，不连接网络。$\r$\n$\r$\n\
  只为当前用户安装，不需要管理员权限。已有的报表不会改动。$\r$\n$\r$\n请单击“下一步”继续。"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${GUI}"
!define MUI_FINISHPAGE_RUN_TEXT "立即打开${DISPLAY}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

VIProductVersion "${NUMBERS}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "ProductName" "${DISPLAY}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "CompanyName" "${DISPLAY}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "FileDescription" "${DISPLAY} 安装程序"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "LegalCopyright" "MIT License"

; Say one sentence and end with CODE; nothing may have been changed before.
!macro Refuse CODE SENTENCE
  MessageBox MB_OK|MB_ICONSTOP "${SENTENCE}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend
!define Refuse "!insertmacro Refuse"

; A running .exe cannot be opened for writing: ask to close it, as often as the user tries again.
!macro WaitUntilClosed FILE VERB
  ${Do}
    ${IfNot} ${FileExists} "$INSTDIR\${FILE}"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $R0 "$INSTDIR\${FILE}" a
    ${IfNot} ${Errors}
      FileClose $R0
      ${Break}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${DISPLAY}正在运行，现在不能${VERB}。$\r$\n$\r$\n\
      请先保存报表并关闭${DISPLAY}，再单击“重试”。" /SD IDCANCEL IDRETRY +3
    SetErrorLevel ${ERROR_RUNNING}
    Quit
  ${Loop}
!macroend
!define WaitUntilClosed "!insertmacro WaitUntilClosed"

Function .onInit
  ${IfNot} ${RunningX64}
    ${Refuse} ${ERROR_WINDOWS} "${DISPLAY}需要 64 位的 Windows 10 或 Windows 11。"
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    ${Refuse} ${ERROR_WINDOWS} "${DISPLAY}需要 Windows 10 或 Windows 11。"
  ${EndIf}
  ReadRegStr $R1 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ReadRegStr $R2 HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $R1 != ""
  ${AndIf} ${FileExists} "$R2\${GUI}"
    ${VersionCompare} "$R1" "${VERSION}" $R3
    ${If} $R3 == 1
      ${Refuse} ${ERROR_NEWER} "已经安装了较新的版本 $R1，不能用 ${VERSION} 覆盖。$\r$\n\
        如果确实要退回旧版，请先在“设置 – 应用”中卸载${DISPLAY}。"
    ${EndIf}
  ${EndIf}
FunctionEnd

; Whether the folder takes files and has room for all of them, before anything is unpacked.
Function CheckFolder
  ClearErrors
  CreateDirectory "${STAGE}"
  FileOpen $R0 "${STAGE}\test" w
  ${If} ${Errors}
    RMDir "${STAGE}"
    RMDir "$INSTDIR"
    ${Refuse} ${ERROR_UNWRITABLE} "不能写入文件夹 $INSTDIR。$\r$\n请换一个文件夹再安装。"
  ${EndIf}
  FileClose $R0
  Delete "${STAGE}\test"
  System::Call 'kernel32::GetDiskFreeSpaceExW(w "${STAGE}", *l .R1, p 0, p 0) i .R2'
  System::Int64Op $R1 / 1024
  Pop $R1
  System::Int64Op $R1 < ${SIZE_KB}
  Pop $R3
  ${If} $R2 != 0
  ${AndIf} $R3 == 1
    RMDir "${STAGE}"
    RMDir "$INSTDIR"
    IntOp $R4 ${SIZE_KB} / 1024
    IntOp $R4 $R4 + 1
    IntOp $R5 $R1 / 1024
    ${Refuse} ${ERROR_SPACE} "磁盘空间不够：安装到 $INSTDIR 需要 $R4 MB，现在只有 $R5 MB。$\r$\n\
      请清理磁盘或换一个文件夹再安装。"
  ${EndIf}
FunctionEnd

; Put the unpacked files in the place of the former ones, or everything back as it was.
Function Replace
  RMDir /r "${FORMER}"
  CreateDirectory "${FORMER}"
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
    Rename "$INSTDIR\_internal" "${FORMER}\_internal"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${GUI}"
    Rename "$INSTDIR\${GUI}" "${FORMER}\${GUI}"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${CLI}"
    Rename "$INSTDIR\${CLI}" "${FORMER}\${CLI}"
  ${EndIf}
  ; Asking for errors forgets them, so each half is asked once and goes to the same end.
  IfErrors failed
  Rename "${STAGE}\_internal" "$INSTDIR\_internal"
  Rename "${STAGE}\${CLI}" "$INSTDIR\${CLI}"
  Rename "${STAGE}\${GUI}" "$INSTDIR\${GUI}"
  IfErrors 0 done
  failed:
    Call PutBack
    ${Refuse} ${ERROR_REPLACE} "有程序文件正被使用，不能替换，原有版本没有改动。$\r$\n\
      请关闭${DISPLAY}（或重新启动电脑）后再安装。"
  done:
  RMDir /r "${FORMER}"
  RMDir /r "${STAGE}"
FunctionEnd

; Undo what Replace has done so far.
Function PutBack
  SetOutPath "$TEMP"
  ${If} ${FileExists} "${FORMER}\_internal\*.*"
    RMDir /r "$INSTDIR\_internal"
    Rename "${FORMER}\_internal" "$INSTDIR\_internal"
  ${EndIf}
  ${If} ${FileExists} "${FORMER}\${GUI}"
    Delete "$INSTDIR\${GUI}"
    Rename "${FORMER}\${GUI}" "$INSTDIR\${GUI}"
  ${EndIf}
  ${If} ${FileExists} "${FORMER}\${CLI}"
    Delete "$INSTDIR\${CLI}"
    Rename "${FORMER}\${CLI}" "$INSTDIR\${CLI}"
  ${EndIf}
  RMDir "${FORMER}"
  RMDir /r "${STAGE}"
  RMDir "$INSTDIR"
FunctionEnd

; A copy installed in another folder before would stay behind without a way to remove it.
Function RemoveElsewhere
  ReadRegStr $R2 HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $R2 != ""
  ${AndIf} $R2 != "$INSTDIR"
  ${AndIf} ${FileExists} "$R2\uninstall.exe"
    ExecWait '"$R2\uninstall.exe" /S _?=$R2'
    Delete "$R2\uninstall.exe"
    RMDir "$R2"
  ${EndIf}
FunctionEnd

; NSIS calls this when unpacking was cut short, for example by a disk that filled up meanwhile.
Function .onInstFailed
  ; A folder cannot be removed while it is the current one, as the folder last unpacked is.
  SetOutPath "$TEMP"
  RMDir /r "${STAGE}"
  RMDir "$INSTDIR"
FunctionEnd

Section "install"
  SetShellVarContext current
  ${WaitUntilClosed} "${GUI}" "安装"
  ${WaitUntilClosed} "${CLI}" "安装"
  RMDir /r "${STAGE}"
  Call CheckFolder
  SetOutPath "${STAGE}"
  File /r "${SOURCE}/*.*"
  ; The installer's own current folder must not hold the one that is renamed.
  SetOutPath "$INSTDIR"
  Call Replace
  Call RemoveElsewhere
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortCut "$SMPROGRAMS\${DISPLAY}.lnk" "$INSTDIR\${GUI}" "" "$INSTDIR\${GUI}" 0 \
    SW_SHOWNORMAL "" "填报、审核、导出政府信息公开情况统计表"
  CreateShortCut "$DESKTOP\${DISPLAY}.lnk" "$INSTDIR\${GUI}" "" "$INSTDIR\${GUI}" 0 \
    SW_SHOWNORMAL "" "填报、审核、导出政府信息公开情况统计表"

  WriteRegStr HKCU "Software\${KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "Software\Classes\${EXTENSION}" "" "${PROGID}"
  WriteRegStr HKCU "Software\Classes\${EXTENSION}\OpenWithProgids" "${PROGID}" ""
  WriteRegStr HKCU "Software\Classes\${PROGID}" "" "${DISPLAY}报表"
  WriteRegStr HKCU "Software\Classes\${PROGID}\DefaultIcon" "" "$INSTDIR\${GUI},0"
  WriteRegStr HKCU "Software\Classes\${PROGID}\shell\open\command" "" '"$INSTDIR\${GUI}" "%1"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${DISPLAY}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${GUI}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${DISPLAY}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  ${RefreshShellIcons}
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  ${WaitUntilClosed} "${GUI}" "卸载"
  ${WaitUntilClosed} "${CLI}" "卸载"
  ; Only what the installer brought: reports that somebody keeps in this folder stay.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${GUI}"
  Delete "$INSTDIR\${CLI}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir /r "${STAGE}"
  RMDir /r "${FORMER}"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${DISPLAY}.lnk"
  Delete "$DESKTOP\${DISPLAY}.lnk"
  ReadRegStr $0 HKCU "Software\Classes\${EXTENSION}" ""
  ${If} $0 == "${PROGID}"
    DeleteRegKey HKCU "Software\Classes\${EXTENSION}"
  ${EndIf}
  DeleteRegKey HKCU "Software\Classes\${PROGID}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "Software\${KEY}"
  ${RefreshShellIcons}
SectionEnd
