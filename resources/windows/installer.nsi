; The installer of 公开年报: per user, without administrator rights, in Simplified Chinese.
;
; makensis is given VERSION (1.2.0), NUMBERS (1.2.0.0), SOURCE (the frozen folder), SIZE_KB (what
; it takes installed), OUT (the .exe to make), ICON and PICTURE, and where they are to be signed
; SIGN: a command that signs the file named after it.
;
; Everything is first unpacked beside the installed program (.new), then put in its place by
; renaming: a full disk, a file in use or an interrupted run leaves the old version as it was, or
; nothing. The former files wait in .old until the new ones are all in place, so an .old that is
; found means a run that was cut short: what is in it goes back first.
; Exit codes of a silent run (/S): 0 done, 3 program or installer is running, 4 a newer version is
; installed, 5 folder cannot be written, 6 not enough space, 7 files could not be replaced,
; 8 Windows too old, 9 folder holds another program.

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
!define GONE "$INSTDIR\.gone"
; As in gui/windows_manners.py: by it the taskbar knows a pinned shortcut for the program's window.
!define APP_ID "Nianbao.Nianbao"

; 250 ms each.
!define MOVE_TRIES 24

!define ERROR_RUNNING 3
!define ERROR_NEWER 4
!define ERROR_UNWRITABLE 5
!define ERROR_SPACE 6
!define ERROR_REPLACE 7
!define ERROR_WINDOWS 8
!define ERROR_FOREIGN 9

Name "${DISPLAY}"
OutFile "${OUT}"
!ifdef SIGN
  ; The uninstaller can be signed only here: later it is inside the installer.
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif
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
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"

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
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE LeaveFolderPage
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

; What a check of the chosen folder found: 0, or the exit code and the sentence.
Var Refusal
Var Reason

!macro Deny CODE SENTENCE
  StrCpy $Refusal ${CODE}
  StrCpy $Reason "${SENTENCE}"
  Return
!macroend
!define Deny "!insertmacro Deny"

!macro RefuseIfDenied
  ${If} $Refusal != 0
    ${Refuse} $Refusal "$Reason"
  ${EndIf}
!macroend
!define RefuseIfDenied "!insertmacro RefuseIfDenied"

; A running .exe cannot be opened for writing: ask to close it, as often as the user tries again.
!macro WaitUntilClosed FILE VERB
  ${Do}
    ${IfNot} ${FileExists} "${FILE}"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $R0 "${FILE}" a
    ${IfNot} ${Errors}
      FileClose $R0
      ${Break}
    ${EndIf}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${DISPLAY}正在运行，现在不能${VERB}。$\r$\n$\r$\n\
        请先保存报表并关闭${DISPLAY}，再单击“重试”。" /SD IDCANCEL IDCANCEL`
      RMDir /r "${STAGE}"
      RMDir "$INSTDIR"
      SetErrorLevel ${ERROR_RUNNING}
      Quit
    ${EndIf}
  ${Loop}
!macroend
!define WaitUntilClosed "!insertmacro WaitUntilClosed"

Function .onInit
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "Nianbao.Setup") p .R0 ?e'
  Pop $R1
  ${If} $R1 == 183
    ${Refuse} ${ERROR_RUNNING} "${DISPLAY}的安装程序已经在运行。"
  ${EndIf}
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

; Whether the folder takes files, and is not another program's.
Function CheckFolder
  StrCpy $Refusal 0
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\${GUI}"
  ${AndIfNot} ${FileExists} "${FORMER}\*.*"
    ${Deny} ${ERROR_FOREIGN} "文件夹 $INSTDIR 里有别的程序的文件（_internal），不能安装到这里。$\r$\n\
      请换一个文件夹再安装。"
  ${EndIf}
  RMDir /r "${STAGE}"
  ClearErrors
  CreateDirectory "${STAGE}"
  FileOpen $R0 "${STAGE}\test" w
  ${If} ${Errors}
    RMDir "${STAGE}"
    RMDir "$INSTDIR"
    ${Deny} ${ERROR_UNWRITABLE} "不能写入文件夹 $INSTDIR。$\r$\n请换一个文件夹再安装。"
  ${EndIf}
  FileClose $R0
  RMDir /r "${STAGE}"
FunctionEnd

; Whether the folder has room for all files, before anything is unpacked.
Function CheckSpace
  StrCpy $Refusal 0
  CreateDirectory "$INSTDIR"
  System::Call 'kernel32::GetDiskFreeSpaceExW(w "$INSTDIR", *l .R1, p 0, p 0) i .R2'
  System::Int64Op $R1 / 1024
  Pop $R1
  System::Int64Op $R1 < ${SIZE_KB}
  Pop $R3
  ${If} $R2 != 0
  ${AndIf} $R3 == 1
    RMDir "$INSTDIR"
    IntOp $R4 ${SIZE_KB} / 1024
    IntOp $R4 $R4 + 1
    IntOp $R5 $R1 / 1024
    ${Deny} ${ERROR_SPACE} "磁盘空间不够：安装到 $INSTDIR 需要 $R4 MB，现在只有 $R5 MB。$\r$\n\
      请清理磁盘或换一个文件夹再安装。"
  ${EndIf}
FunctionEnd

; On the page of the folder another one can still be chosen.
Function LeaveFolderPage
  Call CheckFolder
  ${If} $Refusal == 0
    Call CheckSpace
  ${EndIf}
  ${If} $Refusal != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "$Reason"
    Abort
  ${EndIf}
FunctionEnd

; Rename FROM to TO where FROM is there. A virus scanner or the search service holds new files open
; for a moment, so it is tried for some seconds; where that fails, the error flag is set.
!macro Move FROM TO
  Push "${FROM}"
  Push "${TO}"
  !ifdef __UNINSTALL__
    Call un.Move
  !else
    Call Move
  !endif
!macroend
!define Move "!insertmacro Move"

!macro MoveFunction PREFIX
Function ${PREFIX}Move
  Pop $R9
  Pop $R8
  ClearErrors
  ${IfNot} ${FileExists} "$R8"
    Return
  ${EndIf}
  StrCpy $R7 ${MOVE_TRIES}
  ${Do}
    ClearErrors
    Rename "$R8" "$R9"
    ${IfNot} ${Errors}
      Return
    ${EndIf}
    Sleep 250
    IntOp $R7 $R7 - 1
  ${LoopUntil} $R7 == 0
  SetErrors
FunctionEnd
!macroend
!insertmacro MoveFunction ""
!insertmacro MoveFunction "un."

; Put the unpacked files in the place of the former ones, or everything back as it was. The errors
; are asked for after each step: asking forgets them.
Function Replace
  CreateDirectory "${FORMER}"
  ${Move} "$INSTDIR\_internal" "${FORMER}\_internal"
  IfErrors failed
  ${Move} "$INSTDIR\${GUI}" "${FORMER}\${GUI}"
  IfErrors failed
  ${Move} "$INSTDIR\${CLI}" "${FORMER}\${CLI}"
  IfErrors failed
  ${Move} "${STAGE}\_internal" "$INSTDIR\_internal"
  IfErrors failed
  ${Move} "${STAGE}\${CLI}" "$INSTDIR\${CLI}"
  IfErrors failed
  ${Move} "${STAGE}\${GUI}" "$INSTDIR\${GUI}"
  IfErrors failed
  ; From here on the new version is the one: what is left of the former one must not come back.
  ${Move} "${FORMER}" "${GONE}"
  IfErrors failed
  RMDir /r "${GONE}"
  RMDir /r "${STAGE}"
  Return
  failed:
    StrCpy $R6 "undo"
    Call PutBack
    ${Refuse} ${ERROR_REPLACE} "有程序文件正被使用，不能替换，原有版本没有改动。$\r$\n\
      请关闭${DISPLAY}（或重新启动电脑）后再安装。"
FunctionEnd

; Undo what Replace has done so far, now or ($R6 empty) in a run that was cut short. New files
; move aside before they are removed: one that cannot be removed must not keep a former one from
; its place.
!macro PutBackOne NAME
  ${If} ${FileExists} "${FORMER}\${NAME}"
    ${Move} "$INSTDIR\${NAME}" "${GONE}\${NAME}"
    ${Move} "${FORMER}\${NAME}" "$INSTDIR\${NAME}"
  ${ElseIf} $R6 != ""
  ${AndIfNot} ${FileExists} "${STAGE}\${NAME}"
    ; Nothing was here before.
    ${Move} "$INSTDIR\${NAME}" "${GONE}\${NAME}"
  ${EndIf}
!macroend

Function PutBack
  SetOutPath "$TEMP"
  RMDir /r "${GONE}"
  CreateDirectory "${GONE}"
  !insertmacro PutBackOne "_internal"
  !insertmacro PutBackOne "${CLI}"
  !insertmacro PutBackOne "${GUI}"
  RMDir /r "${GONE}"
  RMDir "${FORMER}"
  RMDir /r "${STAGE}"
  RMDir "$INSTDIR"
  ${If} ${FileExists} "${FORMER}\*.*"
    ${Refuse} ${ERROR_REPLACE} "有程序文件正被使用，${DISPLAY}暂时不能恢复原样。$\r$\n\
      请重新启动电脑，再运行一次本安装程序。"
  ${EndIf}
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

!macro Shortcut LINK
  CreateShortCut "${LINK}" "$INSTDIR\${GUI}" "" "$INSTDIR\${GUI}" 0 \
    SW_SHOWNORMAL "" "填报、审核、导出政府信息公开情况统计表"
  Push "${LINK}"
  Call SetAppId
!macroend
!define Shortcut "!insertmacro Shortcut"

; Write the program's identity into the shortcut on the stack, through the shell's own objects;
; where they do not have it, the shortcut works without.
Function SetAppId
  Pop $9
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
    ${If} $1 P<> 0
    ${AndIf} $2 P<> 0
      ${IPersistFile::Load} $1 '("$9",${STGM_READWRITE})'
      System::Call 'shlwapi::SHStrDupW(w "${APP_ID}", *p.r3)'
      System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
      System::Call '*(&i2 ${VT_LPWSTR}, &i6 0, p r3, p 0)p.r5'
      ${IPropertyStore::SetValue} $2 '($4,$5).r6'
      ${If} $6 = 0
        ${IPropertyStore::Commit} $2 ""
        ${IPersistFile::Save} $1 '("$9",1)'
      ${EndIf}
      System::Call 'ole32::CoTaskMemFree(p r3)'
      System::Free $4
      System::Free $5
    ${EndIf}
    !insertmacro ComHlpr_SafeRelease $2
    !insertmacro ComHlpr_SafeRelease $1
    !insertmacro ComHlpr_SafeRelease $0
  ${EndIf}
FunctionEnd

Section "install"
  SetShellVarContext current
  Call CheckFolder
  ${RefuseIfDenied}
  ReadRegStr $R2 HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $R2 != ""
  ${AndIf} $R2 != "$INSTDIR"
    ; It will be removed from there.
    ${WaitUntilClosed} "$R2\${GUI}" "安装"
    ${WaitUntilClosed} "$R2\${CLI}" "安装"
  ${EndIf}
  ${WaitUntilClosed} "$INSTDIR\${GUI}" "安装"
  ${WaitUntilClosed} "$INSTDIR\${CLI}" "安装"
  ${If} ${FileExists} "${FORMER}\*.*"
    StrCpy $R6 ""
    Call PutBack
  ${EndIf}
  RMDir /r "${GONE}"
  Call CheckSpace
  ${RefuseIfDenied}
  SetOutPath "${STAGE}"
  File /r "${SOURCE}/*.*"
  ; The installer's own current folder must not hold the one that is renamed.
  SetOutPath "$INSTDIR"
  ; It may have been started while the files were unpacked.
  ${WaitUntilClosed} "$INSTDIR\${GUI}" "安装"
  ${WaitUntilClosed} "$INSTDIR\${CLI}" "安装"
  Call Replace
  Call RemoveElsewhere
  WriteUninstaller "$INSTDIR\uninstall.exe"

  ${Shortcut} "$SMPROGRAMS\${DISPLAY}.lnk"
  ${Shortcut} "$DESKTOP\${DISPLAY}.lnk"

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
  ${WaitUntilClosed} "$INSTDIR\${GUI}" "卸载"
  ${WaitUntilClosed} "$INSTDIR\${CLI}" "卸载"
  ; Moved first: where a file is in use nothing is removed, and not half of it.
  RMDir /r "${GONE}"
  CreateDirectory "${GONE}"
  ${Move} "$INSTDIR\_internal" "${GONE}\_internal"
  ${If} ${Errors}
    RMDir "${GONE}"
    ${Refuse} ${ERROR_REPLACE} "有程序文件正被使用，不能卸载，程序没有改动。$\r$\n\
      请关闭${DISPLAY}（或重新启动电脑）后再卸载。"
  ${EndIf}
  ; Only what the installer brought: reports that somebody keeps in this folder stay.
  Delete "$INSTDIR\${GUI}"
  Delete "$INSTDIR\${CLI}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir /r "${STAGE}"
  RMDir /r "${FORMER}"
  RMDir /r "${GONE}"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${DISPLAY}.lnk"
  Delete "$DESKTOP\${DISPLAY}.lnk"
  ReadRegStr $0 HKCU "Software\Classes\${EXTENSION}" ""
  ${If} $0 == "${PROGID}"
    DeleteRegKey HKCU "Software\Classes\${EXTENSION}"
  ${Else}
    DeleteRegValue HKCU "Software\Classes\${EXTENSION}\OpenWithProgids" "${PROGID}"
  ${EndIf}
  DeleteRegKey HKCU "Software\Classes\${PROGID}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "Software\${KEY}"
  ${RefreshShellIcons}
SectionEnd
