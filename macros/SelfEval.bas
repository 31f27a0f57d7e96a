Attribute VB_Name = "SelfEval"
Option Explicit

' Owns the buttons: what must be true before Python starts, how it is started, and what is said when it could not work.
' Python itself shows what it found and what went wrong; it then ends with code 0.  Its Chinese texts stand in cells.

Private Running As Boolean

Public Sub SelfEvalRecalculate()
    RunJob "recalculate"
End Sub

Public Sub SelfEvalCheck()
    RunJob "check"
End Sub

Public Sub SelfEvalSubmit()
    RunJob "submit"
End Sub

Public Sub SelfEvalClear()
    RunJob "clear"
End Sub

Public Sub SelfEvalUndo()
    RunJob "undo"
End Sub

Public Sub SelfEvalHelp()
    Say Words("help")
End Sub

Private Sub RunJob(ByVal Job As String)
    Dim Book As Workbook
    Dim Trouble As String
    Dim Python As String
    Dim Code As Long
    Dim Calculating As Long

    #If Mac Then
        Say Words("mac")
        Exit Sub
    #End If
    If Running Then Exit Sub
    On Error GoTo Failed
    Set Book = ActiveWorkbook
    Trouble = TroubleWith(Book)
    If Trouble = "" Then
        Python = Interpreter(Book)
        If Python = "" Then Trouble = "no_python"
    End If
    If Trouble <> "" Then
        Say Words(Trouble)
        Exit Sub
    End If
    Calculating = Application.Calculation
    Running = True
    Code = Started(Python, Job, Book)
    Running = False
    If Code <> 0 Then
        Restore Calculating
        If IsWps(Application.Path) Then
            Say Words("wps")
        Else
            Say Replace(Words("failed"), "%1", CStr(Code))
        End If
    End If
    Exit Sub
Failed:
    Trouble = Err.Description
    If Running Then
        Running = False
        Restore Calculating
    End If
    Say Replace(Words("error"), "%1", Trouble)
End Sub

' The key of what keeps Book from being worked on, or "".
Private Function TroubleWith(ByVal Book As Workbook) As String
    If Not Application.Ready Then
        TroubleWith = "editing"
    ElseIf Book Is Nothing Then
        TroubleWith = "no_book"
        If Not Application.ActiveProtectedViewWindow Is Nothing Then TroubleWith = "protected_view"
    ElseIf Book.Path = "" Then
        TroubleWith = "unsaved"
    ElseIf Book.ReadOnly Then
        TroubleWith = "read_only"
    ElseIf HasTrouble(Book.Name) Then
        TroubleWith = "name"
    End If
End Function

' Runs the job and waits for it; its exit code.  The warm process serves only the workbook that these macros stand in,
' and only if a sheet of that workbook asks for it: a file beside it may have come by mail.
Private Function Started(ByVal Python As String, ByVal Job As String, ByVal Book As Workbook) As Long
    Dim Warm As Boolean

    If Book Is ThisWorkbook Then Warm = GetConfig("USE UDF SERVER", False, "sheet")
    If Warm Then
        If RunPython(Statement(Job)) = -1 Then Started = 1
    Else
        Started = WScript.Run(CommandLine(Python, Job, Book.Name, CStr(Application.Hwnd)), 0, True)
    End If
End Function

' The Python to run, or "": the one that these macros' own workbook names, else the user's.  Neither a plain workbook
' nor a file beside it, which may both have come by mail, is asked.
Private Function Interpreter(ByVal Book As Workbook) As String
    If Book Is ThisWorkbook Then Interpreter = GetConfig("INTERPRETER_WIN", "", "sheet")
    If Not FileExists(Interpreter) Then Interpreter = GetConfig("INTERPRETER_WIN", "", "user")
    If Not FileExists(Interpreter) Then Interpreter = ""
End Function

' Python ended halfway: Excel goes on as it did before.
Private Sub Restore(ByVal Calculating As Long)
    Application.StatusBar = False
    Application.EnableEvents = True
    Application.ScreenUpdating = True
    If Application.Calculation <> Calculating Then Application.Calculation = Calculating
End Sub

' The text under a key, from this workbook's hidden cells: VBA source can't hold Chinese.
Private Function Words(ByVal Key As String) As String
    On Error Resume Next
    Words = Application.WorksheetFunction.VLookup(Key, ThisWorkbook.Names("selfeval_words").RefersToRange, 2, False)
    If Words = "" Then Words = "SelfEval: " & Key
End Function

' A message box of Windows, as VBA's own shows Chinese only where Windows itself is Chinese.
Private Sub Say(ByVal Message As String)
    On Error GoTo Plain
    WScript.Popup Message, 0, Words("title"), vbInformation + vbSystemModal
    Exit Sub
Plain:
    MsgBox Message, vbInformation, Words("title")
End Sub
