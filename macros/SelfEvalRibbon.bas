Attribute VB_Name = "SelfEvalRibbon"
Option Explicit

' Owns the ribbon's callbacks; ribbon.xml names them.

Public Sub RibbonRecalculate(ByVal Control As IRibbonControl)
    SelfEvalRecalculate
End Sub

Public Sub RibbonCheck(ByVal Control As IRibbonControl)
    SelfEvalCheck
End Sub

Public Sub RibbonSubmit(ByVal Control As IRibbonControl)
    SelfEvalSubmit
End Sub

Public Sub RibbonClear(ByVal Control As IRibbonControl)
    SelfEvalClear
End Sub

Public Sub RibbonUndo(ByVal Control As IRibbonControl)
    SelfEvalUndo
End Sub

Public Sub RibbonHelp(ByVal Control As IRibbonControl)
    SelfEvalHelp
End Sub
