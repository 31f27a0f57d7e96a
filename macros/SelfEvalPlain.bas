Attribute VB_Name = "SelfEvalPlain"
Option Explicit

' Owns what needs no Excel: command lines and names.  The tests run this module in LibreOffice.

' What Python is to do.
Public Function Statement(ByVal Job As String) As String
    Statement = "import selfeval_xl.excel; selfeval_xl.excel." & Job & "()"
End Function

' The command line that xlwings' Book.caller() understands.  -P keeps the current folder, where a mailed file may lie,
' from being searched for modules; -B writes no bytecode beside them.
Public Function CommandLine(ByVal Python As String, ByVal Job As String, ByVal BookName As String, _
                            ByVal Window As String) As String
    CommandLine = Quoted(Python) & " -P -B -c " & Quoted(Statement(Job)) & " " & Quoted("--wb=" & BookName) _
        & " --from_xl=1 " & Quoted("--hwnd=" & Window)
End Function

' One argument as Windows programs take theirs apart: backslashes before the closing quote count double.
Public Function Quoted(ByVal Argument As String) As String
    Dim Last As Long

    Last = Len(Argument)
    Do While Last > 0
        If Mid$(Argument, Last, 1) <> "\" Then Exit Do
        Last = Last - 1
    Loop
    Quoted = Chr$(34) & Argument & String$(Len(Argument) - Last, "\") & Chr$(34)
End Function

' xlwings cuts the name of a workbook at an equals sign, and would then work on another one.
Public Function HasTrouble(ByVal BookName As String) As Boolean
    HasTrouble = InStr(BookName, "=") > 0
End Function

Public Function IsWps(ByVal ProgramPath As String) As Boolean
    IsWps = InStr(LCase$(ProgramPath), "kingsoft") > 0 Or InStr(LCase$(ProgramPath), "wps office") > 0
End Function
